package org.hikyaku.mail.dkim;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hikyaku.dns.Answer;
import org.hikyaku.dns.Content;
import org.hikyaku.dns.Failure;
import org.hikyaku.dns.Lookup;
import org.hikyaku.dns.Proof;
import org.hikyaku.dns.Question;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Name;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.TextParseException;

/** TXT records by name, unsigned. */
final class KeyZone implements Lookup {
    private final Map<Name, String> texts = new HashMap<>();
    private Optional<Failure> failure = Optional.empty();

    KeyZone key(String owner, String text) {
        try {
            texts.put(Name.fromString(owner + "."), text);
        } catch (TextParseException e) {
            throw new IllegalArgumentException(owner, e);
        }
        return this;
    }

    KeyZone fail() {
        failure = Optional.of(new Failure(Failure.Kind.TIMEOUT, "nobody answers"));
        return this;
    }

    @Override
    public Answer lookup(Question question) {
        if (failure.isPresent()) {
            return new Answer.Failed(question, failure.get());
        }
        String text = texts.get(question.name());
        Content content = text == null
                ? new Content.NxDomain(List.of(), Duration.ofMinutes(5))
                : new Content.Records(
                        List.of(),
                        List.of(new TXTRecord(question.name(), DClass.IN, 300, strings(text))),
                        Duration.ofMinutes(5));
        return new Answer.Insecure(question, content, Proof.NONE);
    }

    private static List<String> strings(String text) {
        return text.length() <= 255 ? List.of(text) : List.of(text.substring(0, 255), text.substring(255));
    }
}
