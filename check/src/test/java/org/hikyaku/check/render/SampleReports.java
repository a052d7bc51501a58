package org.hikyaku.check.render;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.hikyaku.check.CheckOptions;
import org.hikyaku.check.CheckReport;
import org.hikyaku.check.DomainReport;
import org.hikyaku.check.Grading;
import org.hikyaku.check.LabChecker;
import org.hikyaku.check.grade.Profile;
import org.hikyaku.lab.Catalogue;
import org.hikyaku.lab.Lab;
import org.hikyaku.lab.LabDomain;
import org.hikyaku.lab.LabOptions;
import org.hikyaku.tls.probe.Depth;
import org.hikyaku.tls.probe.ProbeOptions;
import org.hikyaku.tls.probe.Service;
import org.hikyaku.tls.probe.TlsProber;

/** Reports of lab domains, the same at every run but for keys: the times taken are said to be what they were not. */
final class SampleReports {
    private static final Duration TOOK = Duration.ofMillis(1800);

    private SampleReports() {}

    static Lab lab() {
        try {
            return Lab.start(LabOptions.defaults());
        } catch (IOException e) {
            throw new AssertionError("the lab does not start", e);
        }
    }

    static CheckReport of(Lab lab, Optional<String> profile, String... domains) {
        CheckReport report = LabChecker.of(
                        lab, CheckOptions.defaults(), profile.map(Profile::load).map(p -> grading(lab, p)))
                .check(Stream.of(domains)
                        .map(d -> Catalogue.builtIn().domain(d))
                        .map(LabDomain::name)
                        .toList());
        return timeless(report);
    }

    private static Grading grading(Lab lab, Profile profile) {
        ProbeOptions options =
                ProbeOptions.defaults("check.example").asking(profile.suiteQuestions(), profile.groupQuestions());
        TlsProber prober = new TlsProber(lab.network(), options, new SecureRandom());
        return new Grading(
                profile, (address, sni) -> prober.probe(address, sni, Service.SMTP_STARTTLS, Depth.JUDGEMENT));
    }

    private static CheckReport timeless(CheckReport report) {
        List<DomainReport> domains = report.domains().stream()
                .map(d -> new DomainReport(d.evidence(), d.matrix(), d.findings(), d.grade(), TOOK))
                .toList();
        return new CheckReport(domains, report.notes(), report.at(), TOOK, report.connections(), report.questions());
    }
}
