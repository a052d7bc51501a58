package org.hikyaku.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
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
    private final Terminal terminal;
    private final PrintWriter out;

    ProbeText(Terminal terminal) {
        this.terminal = terminal;
        this.out = terminal.out();
    }

    void print(String target, ServerFacts facts, GradeReport report) {
        out.println(terminal.paint(Paint.STRONG, target) + "  "
                + Addresses.text(facts.address().getAddress()) + " port "
                + facts.address().getPort() + ", "
                + facts.service().name().toLowerCase(Locale.ROOT).replace('_', ' ')
                + facts.sni().map(s -> ", asked for " + s).orElse(""));
        facts.trouble().forEach(t -> out.println("  " + terminal.paint(Paint.DOUBTFUL, "note: ") + t));
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
        if (!facts.groups().isEmpty()) {
            row("groups", String.join(", ", facts.groups()));
        }
        facts.finiteField()
                .ifPresent(f -> row(
                        "DHE prime",
                        f.name().orElse("self-made, " + f.bits() + " bits") + ", generator " + f.generator()));
        if (!facts.signatures().isEmpty()) {
            row("signatures", String.join(", ", facts.signatures()));
        }
        ServerFacts.Features f = facts.features();
        row(
                "features",
                List.of(
                                said("session tickets", f.sessionTicket()),
                                said("resumption", f.resumption12()),
                                said("encrypt-then-MAC", f.encryptThenMac()),
                                said("OCSP stapling", f.ocspStapling()),
                                said("fallback signal", f.fallbackScsv()),
                                said("large hello", f.largeHello()),
                                f.maxEarlyData()
                                        .map(m -> m == 0 ? "no early data" : "early data up to " + m + " bytes")
                                        .orElse(""))
                        .stream()
                        .filter(s -> !s.isEmpty())
                        .collect(Collectors.joining(", ")));
        if (facts.service().startTls()) {
            String mail = switch (facts.starttls().mailWithoutTls()) {
                case YES -> "mail is taken without TLS";
                case NO -> "mail without TLS is refused";
                case UNKNOWN -> "";
            };
            row(
                    "STARTTLS",
                    List.of(said("EHLO afterwards", facts.starttls().ehloAfter()), mail).stream()
                            .filter(s -> !s.isEmpty())
                            .collect(Collectors.joining(", ")));
        }
    }

    private static String said(String what, Known known) {
        return switch (known) {
            case YES -> what;
            case NO -> "no " + what;
            case UNKNOWN -> "";
        };
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
        out.println(terminal.paint(Paint.STRONG, report.profile().title())
                + report.score()
                        .filter(s -> s.most() > 0)
                        .map(s -> ": " + s.percent() + " % (" + s.points() + " of " + s.most()
                                + " points; DANE is not tested here)")
                        .orElse(": " + words(report.overall())));
        if (facts.depth() == Depth.QUICK && facts.reached()) {
            out.println("  One connection shows the server's best side only; without --quick all of it is graded.");
        }
        for (Subtest subtest : report.subtests()) {
            out.printf(
                    "  %s %s: %s%n",
                    painted(subtest.grade(), String.format("%-12s", words(subtest.grade()))),
                    subtest.title(),
                    subtest.sentence());
            subtest.mend()
                    .forEach((software, lines) ->
                            lines.forEach(line -> out.printf("      %-9s %s%n", software + ":", line)));
        }
    }

    private void row(String label, String text) {
        out.printf("  %-12s %s%n", label, text);
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
