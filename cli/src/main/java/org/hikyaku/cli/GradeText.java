package org.hikyaku.cli;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.hikyaku.check.Words;
import org.hikyaku.check.grade.DomainGrade;
import org.hikyaku.check.grade.DomainGrade.CategoryGrade;
import org.hikyaku.check.grade.DomainGrade.ServerGrade;
import org.hikyaku.check.grade.DomainGrade.SubtestGrade;
import org.hikyaku.check.grade.Grade;
import org.hikyaku.check.grade.Status;
import org.hikyaku.check.grade.Subtest;

/** A domain's grade for people at a terminal: categories, servers, what mends them, what was left out. */
final class GradeText {
    private static final String INDENT = "      ";

    private final Terminal terminal;
    private final PrintWriter out;

    GradeText(Terminal terminal) {
        this.terminal = terminal;
        this.out = terminal.out();
    }

    void print(DomainGrade grade) {
        out.println();
        out.println(terminal.paint(Paint.STRONG, grade.headline()));
        int width = grade.categories().stream()
                .mapToInt(c -> c.category().title().length())
                .max()
                .orElse(0);
        grade.categories().forEach(c -> category(c, width));
        grade.servers().forEach(this::server);
        mends(grade);
        grade.notes().forEach(n -> wrapped(n, "  ", "  "));
    }

    private void category(CategoryGrade category, int width) {
        String percent = category.percent().map(p -> p + " %").orElse("-");
        out.printf(
                Locale.ROOT,
                "  %-" + width + "s  %6s  %s%n",
                category.category().title(),
                percent,
                terminal.paint(paint(category.status()), words(category.status())));
        for (SubtestGrade subtest : category.subtests()) {
            boolean told = subtest.status() != Status.PASSED
                    && (subtest.status() != Status.NOT_TESTED || subtest.counts())
                    // The servers say theirs below.
                    && !(category.category().id().equals("tls")
                            && !subtest.sentences().isEmpty()
                            && ofServer(subtest));
            if (told) {
                wrapped(
                        subtest.rule().title() + ": " + words(subtest.status())
                                + (subtest.sentences().isEmpty() ? "" : ", " + String.join("; ", subtest.sentences())),
                        INDENT,
                        INDENT + "  ");
            }
        }
    }

    private static boolean ofServer(SubtestGrade subtest) {
        return !subtest.rule().id().startsWith("dane_") && !subtest.rule().id().equals("tls_available");
    }

    private void server(ServerGrade server) {
        out.println("  " + server.host() + "  " + Words.address(server.address().getAddress()) + ", "
                + Words.count(server.facts().connections(), "connection")
                + server.report()
                        .score()
                        .filter(_ -> server.report().complete())
                        .map(s -> ", " + s.percent() + " %")
                        .orElse(
                                server.report().complete()
                                        ? ""
                                        : ", " + server.report().tested() + " of "
                                                + server.report().asked() + " subtests tested"));
        List<Subtest> poor = poor(server);
        if (poor.isEmpty()) {
            out.println(INDENT + terminal.paint(Paint.GOOD, "nothing is to be phased out or insufficient"));
        }
        for (Subtest subtest : poor) {
            wrapped(
                    terminal.paint(paint(subtest.grade()), words(subtest.grade())) + "  " + subtest.title() + ": "
                            + subtest.sentence(),
                    INDENT,
                    INDENT + "  ");
        }
    }

    /** Each setting once, however many servers need it. */
    private void mends(DomainGrade grade) {
        Map<String, Set<String>> settings = new LinkedHashMap<>();
        for (ServerGrade server : grade.servers()) {
            for (Subtest subtest : poor(server)) {
                subtest.mend()
                        .forEach((software, lines) -> settings.computeIfAbsent(software, _ -> new LinkedHashSet<>())
                                .addAll(lines));
            }
        }
        if (settings.isEmpty()) {
            return;
        }
        out.println("  What mends the servers");
        settings.forEach((software, lines) -> {
            out.println("    " + software);
            lines.forEach(line -> out.println(INDENT + terminal.paint(Paint.GOOD, line)));
        });
    }

    private static List<Subtest> poor(ServerGrade server) {
        return server.report().subtests().stream()
                .filter(s -> s.grade() == Grade.PHASE_OUT || s.grade() == Grade.INSUFFICIENT)
                .toList();
    }

    private static Paint paint(Status status) {
        return switch (status) {
            case ERROR, FAILED -> Paint.BAD;
            case WARNING, INFO -> Paint.DOUBTFUL;
            case NOT_TESTED -> Paint.SOFT;
            case PASSED -> Paint.GOOD;
        };
    }

    private static Paint paint(Grade grade) {
        return switch (grade) {
            case GOOD, SUFFICIENT -> Paint.GOOD;
            case PHASE_OUT -> Paint.DOUBTFUL;
            case INSUFFICIENT -> Paint.BAD;
            case NOT_TESTED -> Paint.SOFT;
        };
    }

    private static String words(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private void wrapped(String text, String first, String rest) {
        List<String> lines = Wrapped.lines(text, terminal.width() - rest.length());
        for (int i = 0; i < lines.size(); i++) {
            out.println((i == 0 ? first : rest) + lines.get(i));
        }
    }
}
