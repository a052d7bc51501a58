package org.hikyaku.check;

import java.util.List;
import java.util.stream.Collectors;
import org.hikyaku.dns.Answer;
import org.hikyaku.dns.Content;
import org.hikyaku.policy.TlsRptRecord;

/** TLS-RPT: does the domain ask for reports, in a way that senders understand? */
final class TlsRptExamination implements Examination {

    @Override
    public List<Finding> examine(Evidence evidence) {
        return evidence.tlsRpt().stream()
                .filter(Answer.Definite.class::isInstance) // else the answer itself is a finding of DnssecExamination
                .map(a -> examine(evidence, ((Answer.Definite) a).content()))
                .toList();
    }

    private static Finding examine(Evidence evidence, Content content) {
        String name = "_smtp._tls." + evidence.domain();
        return switch (TlsRptRecord.read(content)) {
            case TlsRptRecord.Reading.Found found ->
                Finding.of(
                        FindingId.TLSRPT_OK,
                        Severity.OK,
                        name,
                        "Reports go to "
                                + found.record().rua().stream()
                                        .map(Object::toString)
                                        .collect(Collectors.joining(", "))
                                + ".");
            case TlsRptRecord.Reading.Absent _ ->
                Finding.of(
                        FindingId.TLSRPT_ABSENT,
                        Severity.WARNING,
                        evidence.domain(),
                        "There is no TLS-RPT record at " + name + ".",
                        Mend.of("ask for reports", record(evidence)));
            case TlsRptRecord.Reading.Invalid invalid ->
                Finding.of(
                        FindingId.TLSRPT_INVALID,
                        Severity.WARNING,
                        name,
                        String.join(" ", invalid.problems()),
                        Mend.of("publish exactly one record", record(evidence)));
        };
    }

    private static String record(Evidence evidence) {
        return "_smtp._tls." + evidence.domain() + ". 3600 IN TXT \"v=TLSRPTv1; rua=mailto:tls-reports@"
                + evidence.domain() + "\"";
    }
}
