package org.hikyaku.conformance.serve;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.hikyaku.conformance.serve.Sighting.Header;

/** The header of a mail, field by field (RFC 5322 section 2.2). */
final class MailHeader {
    private MailHeader() {}

    /** The fields, unfolded; lines that are no fields are left out. */
    static List<Header> fields(byte[] mail) {
        List<Header> fields = new ArrayList<>();
        for (String line : new String(mail, StandardCharsets.UTF_8).split("\r\n", -1)) {
            if (line.isEmpty()) {
                break;
            }
            if ((line.charAt(0) == ' ' || line.charAt(0) == '\t') && !fields.isEmpty()) {
                Header begun = fields.removeLast();
                fields.add(new Header(begun.name(), (begun.value() + " " + line.strip()).strip()));
                continue;
            }
            int colon = line.indexOf(':');
            if (colon > 0) {
                fields.add(new Header(
                        line.substring(0, colon).strip(),
                        line.substring(colon + 1).strip()));
            }
        }
        return fields;
    }
}
