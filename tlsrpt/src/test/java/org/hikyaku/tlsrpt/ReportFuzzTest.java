package org.hikyaku.tlsrpt;

import com.code_intelligence.jazzer.junit.FuzzTest;

/** Whatever bytes come: a report, or the reader's own exception with a sentence. */
class ReportFuzzTest {

    @FuzzTest
    void report(byte[] bytes) throws Exception {
        Report report;
        try {
            report = ReportReader.read(bytes);
        } catch (ReportFormatException e) {
            if (e.sentence().isBlank()) {
                throw new AssertionError("no sentence", e);
            }
            return;
        }
        if (report.successful() < 0 || report.failed() < 0) {
            throw new AssertionError("fewer than no sessions: " + report);
        }
        // what we write of it, we read again, and it means the same
        Report again = ReportReader.read(ReportWriter.json(report));
        if (again.policies().size() != report.policies().size() || again.failed() != report.failed()) {
            throw new AssertionError("reads back differently: " + report);
        }
    }
}
