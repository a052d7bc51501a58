package org.hikyaku.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hikyaku.check.grade.Grade;
import org.hikyaku.check.grade.GradeReport;
import org.hikyaku.check.grade.Subtest;
import org.hikyaku.net.Addresses;
import org.hikyaku.tls.probe.Depth;
import org.hikyaku.tls.probe.Known;
import org.hikyaku.tls.probe.ServerFacts;
import org.hikyaku.tls.probe.ServerFacts.VersionFacts;
import org.hikyaku.tls.wire.CipherSuite;
import org.hikyaku.x509.Certificate;

/** A probe for people who look. */
final class ProbeText {
    private static final int LABEL = 12;
    private static final int MIN_WIDTH = 30;

    private final Terminal terminal;
    private final PrintWriter out;

    ProbeText(Terminal terminal) {
        this.terminal = terminal;
        this.out = terminal.out();
    }

    void print(String target, ServerFacts facts, GradeReport report) {
        wrapped(
                terminal.paint(Paint.STRONG, target) + "  "
                        + Addresses.text(facts.address().getAddress()) + " port "
                        + facts.address().getPort() + ", "
                        + facts.service().name().toLowerCase(Locale.ROOT).replace('_', ' ')
                        + facts.sni().map(s -> ", asked for " + s).orElse(""),
                "",
                "  ");
        facts.trouble().forEach(t -> wrapped(terminal.paint(Paint.DOUBTFUL, "note: ") + t, "  ", "  "));
        if (facts.refusing()) {
            out.println("  "
                    + terminal.paint(Paint.DOUBTFUL, "The server began to turn us away; what follows is not all."));
        }
        if (facts.reached()) {
            facts.versions().forEach(v -> version(v, facts, report));
            exchange(facts);
            chains(facts);
        }
        grades(facts, report);
        out.printf(
                Locale.ROOT,
                "%n%d connection%s, %.1f s%n",
                facts.connections(),
                facts.connections() == 1 ? "" : "s",
                facts.took().toMillis() / 1000.0);
        out.flush();
    }

    private void version(VersionFacts version, ServerFacts facts, GradeReport report) {
        if (version.offered() == Known.NO) {
            row(version.version().title(), "not offered");
            return;
        }
        if (version.offered() == Known.UNKNOWN) {
            row(version.version().title(), "not known");
            return;
        }
        Grade grade = report.profile().versions().of(version.version().title());
        row(version.version().title(), painted(grade, "offered (" + words(grade) + ")") + order(version));
        if (version.complete() || facts.depth() == Depth.ALL) {
            version.accepted().forEach(s -> suite("", s, report));
        } else {
            version.preferred().ifPresent(s -> suite("chosen", s, report));
            version.best()
                    .filter(s -> !version.preferred().equals(Optional.of(s)))
                    .ifPresent(s -> suite("best seen", s, report));
            version.worst()
                    .filter(s -> !version.preferred().equals(Optional.of(s)))
                    .ifPresent(s -> suite("worst seen", s, report));
        }
        listed("groups", version.groups());
        listed("signatures", version.signatures());
    }

    /** Of one version. */
    private void listed(String label, List<String> names) {
        if (!names.isEmpty()) {
            wrapped(
                    String.format("%-" + (LABEL - 1) + "s", label) + String.join(", ", names),
                    "    ",
                    " ".repeat(LABEL + 3));
        }
    }

    private static String order(VersionFacts version) {
        return switch (version.serverOrder()) {
            case YES -> ", its own order decides";
            case NO -> ", the client's order decides";
            case UNKNOWN -> "";
        };
    }

    private void suite(String label, CipherSuite suite, GradeReport report) {
        Grade grade = report.profile().suites().of(suite.name());
        out.printf("    %-11s%s  %s%n", label, suite.name(), painted(grade, words(grade)));
    }

    private void exchange(ServerFacts facts) {
        facts.finiteField()
                .ifPresent(f -> row(
                        "DHE prime",
                        f.name().orElse("self-made, " + f.bits() + " bits") + ", generator " + f.generator()));
        ServerFacts.WeakHashes hashes = facts.weakHashes();
        sentences(
                "weak hashes",
                either(hashes.md5(), "signs with MD5", "not with MD5"),
                either(hashes.sha1(), "signs with SHA-1", "not with SHA-1"),
                either(hashes.sha224(), "signs with SHA-224", "not with SHA-224"));
        ServerFacts.Features f = facts.features();
        sentences(
                "features",
                said("TLS compression", f.compression()),
                said("secure renegotiation", f.secureRenegotiation()),
                f.clientRenegotiation().map(ProbeText::renegotiation).orElse(""),
                said("extended master secret", f.extendedMasterSecret()),
                said("encrypt-then-MAC", f.encryptThenMac()),
                said("session tickets in TLS 1.2", f.sessionTicket()),
                said("resumption in TLS 1.2", f.resumption12()),
                said("resumption in TLS 1.3", f.resumption13()),
                f.maxEarlyData()
                        .map(m -> m == 0 ? "no early data" : "early data up to " + m + " bytes")
                        .orElse(""),
                said("downgrade sentinel", f.downgradeSentinel()),
                said("fallback signal", f.fallbackScsv()),
                said("OCSP stapling", f.ocspStapling()));
        sentences(
                "tolerance",
                either(f.largeHello(), "a hello of two segments is understood", "a hello of two segments breaks it"),
                either(
                        f.versionTolerance(),
                        "a hello of a future version is understood",
                        "a hello of a future version is refused"));
        sentences(
                "server name",
                either(f.answersWithoutSni(), "answers without one", "refuses to answer without one"),
                either(f.otherCertificateWithoutSni(), "with another certificate", "with the same certificate"),
                either(f.answersUnknownSni(), "answers to an unknown one", "refuses an unknown one"));
        if (facts.service().startTls()) {
            ServerFacts.StartTlsFacts starttls = facts.starttls();
            sentences(
                    "STARTTLS",
                    either(
                            starttls.injection(),
                            "a command sent in the clear behind it is run inside TLS",
                            "a command sent in the clear behind it is not run"),
                    said("EHLO afterwards", starttls.ehloAfter()),
                    either(starttls.mailWithoutTls(), "mail is taken without TLS", "mail without TLS is refused"));
        }
    }

    private static String renegotiation(int accepted) {
        return accepted == 0
                ? "no renegotiation by the client"
                : "renegotiation by the client (" + accepted + " times in a row)";
    }

    /** Those that are known; no row when none is. */
    private void sentences(String label, String... said) {
        String known = Stream.of(said).filter(s -> !s.isEmpty()).collect(Collectors.joining(", "));
        if (!known.isEmpty()) {
            row(label, known);
        }
    }

    private static String either(Known known, String yes, String no) {
        return switch (known) {
            case YES -> yes;
            case NO -> no;
            case UNKNOWN -> "";
        };
    }

    private static String said(String what, Known known) {
        return either(known, what, "no " + what);
    }

    private void chains(ServerFacts facts) {
        for (List<Certificate> chain : facts.chains()) {
            Certificate leaf = chain.getFirst();
            row(
                    "certificate",
                    leaf.holder().getSubject() + ", valid until " + leaf.notAfter() + ", "
                            + (chain.size() == 1 ? "sent alone" : "sent with " + (chain.size() - 1) + " more"));
        }
    }

    private void grades(ServerFacts facts, GradeReport report) {
        out.println();
        wrapped(terminal.paint(Paint.STRONG, report.profile().title()) + ": " + result(facts, report), "", "  ");
        if (facts.depth() == Depth.QUICK && facts.reached()) {
            wrapped(
                    "One connection shows the server's best side only; without --quick all of it is graded.",
                    "  ",
                    "  ");
        }
        for (Subtest subtest : report.subtests()) {
            wrapped(
                    painted(subtest.grade(), String.format("%-12s", words(subtest.grade()))) + " " + subtest.title()
                            + ": " + subtest.sentence(),
                    "  ",
                    " ".repeat(LABEL + 3));
            subtest.mend().forEach(this::mend);
        }
    }

    /** A total is for whom all was tested. */
    private static String result(ServerFacts facts, GradeReport report) {
        if (!facts.reached()) {
            return words(report.overall());
        }
        if (!report.complete()) {
            return report.tested() + " of " + report.asked() + " subtests tested, so no total; the worst seen is "
                    + words(report.overall());
        }
        return report.score()
                .filter(s -> s.most() > 0)
                .map(s -> s.percent() + " % (" + s.points() + " of " + s.most() + " points; DANE is not tested here)")
                .orElse(words(report.overall()));
    }

    /** Settings are to be copied: they are never wrapped. */
    private void mend(String software, List<String> lines) {
        out.println("      " + software + ":");
        lines.forEach(line -> out.println("        " + terminal.paint(Paint.GOOD, line)));
    }

    private void row(String label, String text) {
        wrapped(String.format("%-" + LABEL + "s ", label) + text, "  ", " ".repeat(LABEL + 3));
    }

    private void wrapped(String text, String first, String rest) {
        List<String> lines = Wrapped.lines(text, Math.max(MIN_WIDTH, terminal.width() - rest.length()));
        for (int i = 0; i < lines.size(); i++) {
            out.println((i == 0 ? first : rest) + lines.get(i));
        }
    }

    private static String words(Grade grade) {
        return grade.token().replace('_', ' ');
    }

    private String painted(Grade grade, String text) {
        return switch (grade) {
            case GOOD, SUFFICIENT -> terminal.paint(Paint.GOOD, text);
            case PHASE_OUT -> terminal.paint(Paint.DOUBTFUL, text);
            case INSUFFICIENT -> terminal.paint(Paint.BAD, text);
            case NOT_TESTED -> terminal.paint(Paint.SOFT, text);
        };
    }
}
