package org.hikyaku.policy;

import java.time.Instant;
import java.util.Arrays;
import org.xbill.DNS.Name;

/** A policy as it is kept: the text as served, and when and under which id it was fetched (S15). */
public final class StoredPolicy {
    private final Name domain;
    private final String id;
    private final Instant fetched;
    private final StsPolicy policy;
    private final byte[] body;

    private StoredPolicy(Name domain, String id, Instant fetched, StsPolicy policy, byte[] body) {
        this.domain = domain;
        this.id = id;
        this.fetched = fetched;
        this.policy = policy;
        this.body = body;
    }

    /**
     * A policy to keep.
     *
     * @param domain the policy domain
     * @param id the TXT record's id
     * @param fetched when it was fetched; kept in whole seconds
     * @param body the text as served
     */
    public static StoredPolicy of(Name domain, String id, Instant fetched, byte[] body) throws StsFormatException {
        return new StoredPolicy(
                domain,
                id,
                Instant.ofEpochSecond(fetched.getEpochSecond()),
                StsPolicyParser.parse(body).policy(),
                body.clone());
    }

    public Name domain() {
        return domain;
    }

    public String id() {
        return id;
    }

    public Instant fetched() {
        return fetched;
    }

    public StsPolicy policy() {
        return policy;
    }

    /** The text as served. */
    public byte[] body() {
        return body.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof StoredPolicy p
                && domain.equals(p.domain)
                && id.equals(p.id)
                && fetched.equals(p.fetched)
                && Arrays.equals(body, p.body);
    }

    @Override
    public int hashCode() {
        return (domain.hashCode() * 31 + id.hashCode()) * 31 + fetched.hashCode();
    }

    @Override
    public String toString() {
        return domain + " id " + id + " fetched " + fetched + ", " + body.length + " bytes";
    }
}
