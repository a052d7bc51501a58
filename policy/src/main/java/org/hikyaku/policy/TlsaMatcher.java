package org.hikyaku.policy;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.hikyaku.policy.TlsaMatch.Matched;
import org.hikyaku.policy.TlsaMatch.Miss;
import org.hikyaku.policy.TlsaMatch.None;
import org.hikyaku.policy.TlsaMatch.Reason;
import org.hikyaku.x509.Certificate;
import org.hikyaku.x509.CommonName;
import org.hikyaku.x509.NameMatch;
import org.hikyaku.x509.PathFinder;
import org.hikyaku.x509.PathResult;
import org.hikyaku.x509.PrintableText;
import org.hikyaku.x509.SignatureVerifier;
import org.hikyaku.x509.TrustAnchors;
import org.xbill.DNS.Name;

/**
 * Holds a certificate chain against TLSA records (RFC 7671 section 5, RFC 7672 section 3). Usage 3 asks only whether the
 * server's own certificate or key is the one in DNS. Usage 2 takes the record as a trust anchor: a path to it, the
 * dates on that path, and the name must be right; public CAs play no part.
 */
public final class TlsaMatcher {
    private final SignatureVerifier verifier;

    public TlsaMatcher(SignatureVerifier verifier) {
        this.verifier = verifier;
    }

    /**
     * Searches for the first record that matches.
     *
     * @param rrset the records, sorted out
     * @param names the reference identifiers for usage 2 (D15)
     * @param chain as sent, the server's own certificate first
     * @param at the time that usage 2 checks dates at
     */
    public TlsaMatch match(TlsaRrset rrset, Set<Name> names, List<Certificate> chain, Instant at) {
        List<Miss> misses = new ArrayList<>();
        for (TlsaRecord record : rrset.records()) {
            Optional<String> unusable = record.unusable();
            if (unusable.isPresent()) {
                misses.add(new Miss(
                        record, Reason.UNUSABLE, "The record " + record.brief() + " " + unusable.get() + " (D10)."));
                continue;
            }
            switch (one(record, names, chain, at)) {
                case Hit hit
                when rrset.outdone().contains(record) ->
                    misses.add(new Miss(
                            record,
                            Reason.OUTDONE,
                            "The record " + record.brief() + " would match at depth " + hit.depth()
                                    + ", but a record with the same usage and selector and a stronger digest is"
                                    + " published, and only that counts (D25)."));
                case Hit hit -> {
                    return new Matched(record, hit.depth()); // D13: any single match authenticates
                }
                case Missed missed -> misses.add(missed.miss());
            }
        }
        return new None(misses);
    }

    private sealed interface Outcome {}

    private record Hit(int depth) implements Outcome {}

    private record Missed(Miss miss) implements Outcome {}

    private Outcome one(TlsaRecord record, Set<Name> names, List<Certificate> chain, Instant at) {
        if (chain.isEmpty()) {
            return missed(record, Reason.OTHER_CERTIFICATE, "has nothing to match: the server showed no certificate");
        }
        return record.usage() == TlsaRecord.DANE_EE
                ? endEntity(record, chain.getFirst())
                : anchor(record, names, chain, at);
    }

    /** D11: the leaf only; no name, no dates, no chain. */
    private static Outcome endEntity(TlsaRecord record, Certificate leaf) {
        if (record.selects(leaf)) {
            return new Hit(0);
        }
        if (record.matchingType() == TlsaRecord.EXACT) {
            return missed(record, Reason.OTHER_CERTIFICATE, "holds another " + selected(record) + " than the server's");
        }
        TlsaRecord own = TlsaRecord.of(record.usage(), record.selector(), record.matchingType(), leaf);
        return missed(
                record,
                Reason.OTHER_CERTIFICATE,
                "is of another " + selected(record) + " than the server's own, whose record would be " + own.brief()
                        + " (D11)");
    }

    /** D12, D14: a trust anchor above the leaf. */
    private Outcome anchor(TlsaRecord record, Set<Name> names, List<Certificate> chain, Instant at) {
        List<Certificate> sent =
                chain.subList(1, chain.size()).stream().filter(record::selects).toList();
        Optional<TrustAnchors> anchors = sent.isEmpty() ? fromDns(record) : Optional.of(TrustAnchors.of(sent));
        if (anchors.isEmpty()) {
            // D14: a digest cannot be turned back into a certificate
            return missed(
                    record,
                    Reason.ANCHOR_NOT_SENT,
                    "is of no certificate that the server sends above its own; with usage 2"
                            + " the server must send its trust anchor (D14)");
        }
        return switch (PathFinder.issuedBy(anchors.get(), verifier).find(chain, at)) {
            case PathResult.Untrusted untrusted ->
                missed(
                        record,
                        Reason.of(untrusted.fault()),
                        "names a trust anchor to which no path holds (D12): " + untrusted.sentence());
            case PathResult.Trusted trusted
            when !named(chain.getFirst(), names) ->
                missed(
                        record,
                        Reason.OTHER_NAME,
                        "vouches for the chain, but the certificate is for " + namesOf(chain.getFirst())
                                + " and not for " + listed(names) + " (D12)");
            case PathResult.Trusted trusted -> new Hit(depth(record, trusted.path()));
        };
    }

    /** D14: the anchor that the server leaves out may stand in DNS in full. */
    private static Optional<TrustAnchors> fromDns(TlsaRecord record) {
        if (record.matchingType() != TlsaRecord.EXACT) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    record.selector() == TlsaRecord.FULL_CERTIFICATE
                            ? TrustAnchors.of(List.of(Certificate.parse(record.data())))
                            : TrustAnchors.ofKeys(List.of(record.data())));
        } catch (IOException e) {
            throw new IllegalStateException("a usable record parses", e);
        }
    }

    /** A bare key stands above the last certificate of the path; an anchor's certificate is that last one. */
    private static int depth(TlsaRecord record, List<Certificate> path) {
        return record.selects(path.getLast()) && path.size() > 1 ? path.size() - 1 : path.size();
    }

    /** D16: DNS-IDs; the common name only where there is none. */
    private static boolean named(Certificate leaf, Set<Name> names) {
        return names.stream().anyMatch(n -> NameMatch.matches(leaf, n.toString(true), CommonName.WHEN_NO_DNS_ID));
    }

    /** For sentences: whoever made the certificate chose its bytes. */
    static String namesOf(Certificate leaf) {
        List<String> names = leaf.dnsNames().isEmpty() ? leaf.commonNames() : leaf.dnsNames();
        return names.isEmpty()
                ? "no name at all"
                : String.join(
                        ", ", names.stream().limit(5).map(PrintableText::of).toList());
    }

    private static String listed(Set<Name> names) {
        return names.stream().map(AnswerText::name).sorted().collect(Collectors.joining(" or "));
    }

    private static String selected(TlsaRecord record) {
        return record.selector() == TlsaRecord.FULL_CERTIFICATE ? "certificate" : "key";
    }

    private static Missed missed(TlsaRecord record, Reason reason, String predicate) {
        return new Missed(new Miss(record, reason, "The record " + record.brief() + " " + predicate + "."));
    }
}
