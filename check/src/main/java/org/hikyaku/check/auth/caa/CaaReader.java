package org.hikyaku.check.auth.caa;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.hikyaku.check.auth.Asker;
import org.hikyaku.check.auth.KnownAnswers;
import org.hikyaku.check.auth.caa.CaaReport.Relevant;
import org.hikyaku.dns.Answer;
import org.xbill.DNS.CAARecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Type;

/** Finds the CAA records that count for a host by climbing the tree (RFC 8659 section 3). */
public final class CaaReader {
    private CaaReader() {}

    public static CaaReport read(Name host, Asker asker) {
        return new CaaReport(host, KnownAnswers.read(asker, known -> relevant(host, known)));
    }

    /** All names are asked for at once; the first that has records counts. */
    private static Relevant relevant(Name host, KnownAnswers known) {
        List<Name> names = climb(host);
        List<Optional<Answer>> answers =
                names.stream().map(n -> known.get(n, Type.CAA)).toList();
        for (int i = 0; i < names.size(); i++) {
            Optional<Answer> answer = answers.get(i);
            if (answer.isEmpty()) {
                return new Relevant.None(); // read again when it is there
            }
            if (!(answer.get() instanceof Answer.Definite definite)) {
                return new Relevant.NotKnown(answer.get());
            }
            List<CaaProperty> properties = definite.content().recordsOrNone().stream()
                    .filter(CAARecord.class::isInstance)
                    .map(r -> property((CAARecord) r))
                    .toList();
            if (!properties.isEmpty()) {
                return new Relevant.Found(names.get(i), properties);
            }
        }
        return new Relevant.None();
    }

    /** The host and its parents, without the root. */
    static List<Name> climb(Name host) {
        List<Name> names = new ArrayList<>();
        for (Name name = host; name.labels() > 1; name = new Name(name, 1)) {
            names.add(name);
        }
        return names;
    }

    private static CaaProperty property(CAARecord record) {
        // The library gives octets back in master-file form.
        return CaaParser.parse(record.getFlags(), record.getTag(), unescaped(record.getValue()));
    }

    private static String unescaped(String text) {
        StringBuilder plain = new StringBuilder();
        byte[] octets = text.getBytes(StandardCharsets.ISO_8859_1);
        for (int i = 0; i < octets.length; i++) {
            char c = (char) (octets[i] & 0xFF);
            if (c == '\\' && i + 3 < octets.length && Character.isDigit(octets[i + 1])) {
                plain.append((char) Integer.parseInt(text.substring(i + 1, i + 4)));
                i += 3;
            } else if (c == '\\' && i + 1 < octets.length) {
                plain.append((char) (octets[++i] & 0xFF));
            } else {
                plain.append(c);
            }
        }
        return plain.toString();
    }
}
