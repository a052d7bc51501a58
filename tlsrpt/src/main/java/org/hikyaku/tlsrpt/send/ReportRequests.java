package org.hikyaku.tlsrpt.send;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import org.hikyaku.dns.Answer;
import org.hikyaku.dns.BadNameException;
import org.hikyaku.dns.Content;
import org.hikyaku.dns.DomainNames;
import org.hikyaku.dns.Lookup;
import org.hikyaku.policy.TlsRptFormatException;
import org.hikyaku.policy.TlsRptRecord;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.Type;

/** Looks for the records at {@code _smtp._tls} (T1). */
public final class ReportRequests {
    private static final String PREFIX = "_smtp._tls.";

    private final Lookup lookup;

    public ReportRequests(Lookup lookup) {
        this.lookup = lookup;
    }

    /** Whether this policy domain asks for reports now. */
    public ReportRequest of(String domain) {
        Answer answer;
        try {
            answer = lookup.lookup(DomainNames.parse(PREFIX + domain), Type.TXT);
        } catch (BadNameException e) {
            return new ReportRequest.NotAsked("\"" + domain + "\" is no domain name.");
        }
        return switch (answer) {
            case Answer.Definite definite -> read(definite.content());
            case Answer.Bogus bogus -> new ReportRequest.Unknown(bogus.reason().sentence());
            case Answer.Failed failed ->
                new ReportRequest.Unknown(failed.failure().sentence());
        };
    }

    /** What a record says that was seen when sessions were counted (T23). */
    static ReportRequest ofText(String text) {
        try {
            return new ReportRequest.Asked(text, TlsRptRecord.parse(text));
        } catch (TlsRptFormatException e) {
            return new ReportRequest.NotAsked(String.join(" ", e.problems()));
        }
    }

    private static ReportRequest read(Content content) {
        return switch (TlsRptRecord.read(content)) {
            case TlsRptRecord.Reading.Found found -> new ReportRequest.Asked(text(content), found.record());
            case TlsRptRecord.Reading.Absent _ -> new ReportRequest.NotAsked("It publishes no TLS-RPT record.");
            case TlsRptRecord.Reading.Invalid invalid ->
                new ReportRequest.NotAsked("Its TLS-RPT record is not valid. " + String.join(" ", invalid.problems()));
        };
    }

    /** The text of the one record that counts. */
    private static String text(Content content) {
        List<String> texts = content.recordsOrNone().stream()
                .filter(TXTRecord.class::isInstance)
                .map(r -> ((TXTRecord) r)
                        .getStringsAsByteArrays().stream()
                                .map(s -> new String(s, StandardCharsets.ISO_8859_1))
                                .collect(Collectors.joining()))
                .toList();
        return texts.stream()
                .filter(t -> ofText(t) instanceof ReportRequest.Asked)
                .findFirst()
                .orElse("");
    }
}
