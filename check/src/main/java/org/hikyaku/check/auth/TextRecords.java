package org.hikyaku.check.auth;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.hikyaku.dns.Answer;
import org.hikyaku.dns.Content;
import org.xbill.DNS.TXTRecord;

/**
 * The TXT records at one name, as the protocols of mail authentication read them.
 *
 * @param texts one for each record: its strings joined without anything between them (RFC 7208 section 3.3), an octet a
 *     character
 */
public record TextRecords(List<String> texts) {

    public TextRecords {
        texts = List.copyOf(texts);
    }

    /** What an answer holds; empty when the look-up failed or its answer is bogus. */
    public static Optional<TextRecords> of(Answer answer) {
        return answer instanceof Answer.Definite definite ? Optional.of(of(definite.content())) : Optional.empty();
    }

    public static TextRecords of(Content content) {
        return new TextRecords(content.recordsOrNone().stream()
                .filter(TXTRecord.class::isInstance)
                .map(r -> joined((TXTRecord) r))
                .toList());
    }

    private static String joined(TXTRecord record) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        record.getStringsAsByteArrays().forEach(all::writeBytes);
        return all.toString(StandardCharsets.ISO_8859_1);
    }

    /** Octets of all records together. */
    public int octets() {
        return texts.stream().mapToInt(String::length).sum();
    }
}
