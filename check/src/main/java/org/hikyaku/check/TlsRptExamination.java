package org.hikyaku.check;

import java.util.ArrayList;
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
                .flatMap(a -> examine(evidence, ((Answer.Definite) a).content()).stream())
                .toList();
    }

    private static List<Finding> examine(Evidence evidence, Content content) {
        String name = "_smtp._tls." + evidence.domain();
        return switch (TlsRptRecord.read(content)) {
            case TlsRptRecord.Reading.Found found -> found(name, found.record());
            case TlsRptRecord.Reading.Absent _ ->
                List.of(Finding.of(
                        FindingId.TLSRPT_ABSENT,
                        Severity.WARNING,
                        evidence.domain(),
                        "There is no TLS-RPT record at " + name + ".",
                        Mend.of("ask for reports", record(evidence))));
            case TlsRptRecord.Reading.Invalid invalid ->
                List.of(Finding.of(
                        FindingId.TLSRPT_INVALID,
                        Severity.WARNING,
                        name,
                        String.join(" ", invalid.problems()),
                        Mend.of("publish exactly one record", record(evidence))));
        };
    }

    private static List<Finding> found(String name, TlsRptRecord record) {
        List<Finding> findings = new ArrayList<>();
        record.warnings()
                .forEach(w -> findings.add(Finding.of(
                        FindingId.TLSRPT_STYLE, Severity.NOTICE, name, w, Mend.of("mend that part of the record"))));
        findings.add(Finding.of(
                FindingId.TLSRPT_OK,
                Severity.OK,
                name,
                "Reports go to " + record.rua().stream().map(Object::toString).collect(Collectors.joining(", "))
                        + "."));
        return findings;
    }

    private static String record(Evidence evidence) {
        return "_smtp._tls." + evidence.domain() + ". 3600 IN TXT \"v=TLSRPTv1; rua=mailto:tls-reports@"
                + evidence.domain() + "\"";
    }
}
