package org.hikyaku.tlsrpt;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hikyaku.dns.Answer;
import org.hikyaku.dns.Content;
import org.hikyaku.dns.Failure;
import org.hikyaku.dns.Lookup;
import org.hikyaku.dns.Proof;
import org.hikyaku.dns.Question;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.TextParseException;

/** TXT records by name, unsigned; some names get no answer. */
public final class TxtZone implements Lookup {
    private static final Duration TTL = Duration.ofMinutes(5);

    private final Map<Name, List<Record>> texts = new HashMap<>();
    private final Set<Name> silent = new HashSet<>();

    private static Name name(String text) {
        try {
            return Name.fromString(text + ".");
        } catch (TextParseException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    public TxtZone text(String owner, String... strings) {
        texts.computeIfAbsent(name(owner), n -> new ArrayList<>())
                .add(new TXTRecord(name(owner), DClass.IN, 300, List.of(strings)));
        return this;
    }

    /** The record of a domain that wants its reports there. */
    public TxtZone reports(String domain, String rua) {
        return text("_smtp._tls." + domain, "v=TLSRPTv1; rua=" + rua);
    }

    public TxtZone forget(String owner) {
        texts.remove(name(owner));
        return this;
    }

    public TxtZone noAnswer(String owner) {
        silent.add(name(owner));
        return this;
    }

    @Override
    public Answer lookup(Question question) {
        if (silent.contains(question.name())) {
            return new Answer.Failed(question, new Failure(Failure.Kind.TIMEOUT, "Nobody answered."));
        }
        List<Record> records = texts.getOrDefault(question.name(), List.of());
        Content content =
                records.isEmpty() ? new Content.NxDomain(List.of(), TTL) : new Content.Records(List.of(), records, TTL);
        return new Answer.Insecure(question, content, Proof.NONE);
    }
}
