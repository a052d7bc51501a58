package org.hikyaku.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.hikyaku.check.CheckReport;
import org.hikyaku.check.DomainReport;
import org.hikyaku.check.Evidence.AddressEvidence;
import org.hikyaku.check.Evidence.HostEvidence;
import org.hikyaku.check.Finding;
import org.hikyaku.check.FindingId;
import org.hikyaku.check.Mend;
import org.hikyaku.check.Severity;
import org.hikyaku.check.Summary;
import org.hikyaku.check.Words;
import org.hikyaku.check.grade.DomainGrade;
import org.hikyaku.policy.Verdict;
import org.hikyaku.smtp.SessionOutcome;
import org.hikyaku.tls.SessionFacts;

/** A run for people at a terminal. */
final class CheckText {
    private static final String INDENT = "      ";

    private final Terminal terminal;
    private final boolean explain;
    private final PrintWriter out;

    /** @param explain a sentence for each cell of the threat matrix */
    CheckText(Terminal terminal, boolean explain) {
        this.terminal = terminal;
        this.explain = explain;
        this.out = terminal.out();
    }

    void print(CheckReport report) {
        report.domains().forEach(this::domain);
        end(report);
    }

    /** One domain of a run. */
    void domain(DomainReport report) {
        print(report);
        out.println();
        out.flush();
    }

    /** What is said once for the whole run. */
    void end(CheckReport report) {
        for (String note : report.notes()) {
            wrapped(note, "", "");
        }
        out.println(String.format(
                Locale.ROOT,
                "%.1f s, %s, %s.   More: %s",
                report.took().toMillis() / 1000.0,
                Words.count(report.connections(), "connection"),
                Words.count(report.questions(), "DNS look-up"),
                more(report)));
        out.flush();
    }

    private String more(CheckReport report) {
        List<String> options = new ArrayList<>();
        if (!explain && report.domains().stream().anyMatch(d -> d.matrix().isPresent())) {
            options.add("--explain");
        }
        if (report.domains().stream().allMatch(d -> d.grade().isEmpty())) {
            options.add("--grade");
        }
        options.add("--html");
        options.add("--json");
        return String.join(", ", options);
    }

    private void print(DomainReport report) {
        String title = report.inOwnLetters()
                .map(own -> own + " (" + report.domain() + ")")
                .orElse(report.domain());
        String right = report.grade().map(DomainGrade::headline).orElseGet(() -> counts(report));
        out.println(terminal.paint(Paint.STRONG, title)
                + " ".repeat(Math.max(2, terminal.width() - columns(title) - right.length()))
                + right);
        report.grade().ifPresent(_ -> out.println(counts(report)));
        wrapped(Summary.of(report), "", "");
        report.matrix().ifPresent(m -> new MatrixText(terminal).print(m, explain));
        toDo(report);
        aside("Worth knowing", report.findings(Severity.NOTICE));
        hosts(report);
        report.grade().ifPresent(g -> new GradeText(terminal).print(g));
        aside("Not found out", report.findings(Severity.UNKNOWN));
        well(report);
    }

    private static String counts(DomainReport report) {
        List<String> counts = new ArrayList<>();
        for (Severity severity : List.of(Severity.ERROR, Severity.WARNING, Severity.NOTICE)) {
            int number = report.findings(severity).size();
            if (number > 0) {
                counts.add(Words.count(number, severity.token()));
            }
        }
        int open = report.findings(Severity.UNKNOWN).size();
        if (open > 0) {
            counts.add(open + " not found out");
        }
        return counts.isEmpty() ? "all well" : String.join(", ", counts);
    }

    private void toDo(DomainReport report) {
        List<Finding> findings = new ArrayList<>(report.findings(Severity.ERROR));
        findings.addAll(report.findings(Severity.WARNING));
        if (findings.isEmpty()) {
            return;
        }
        out.println();
        out.println("Do this first");
        TagColumns tags = TagColumns.of(findings);
        int number = 1;
        for (Finding finding : findings) {
            String action = finding.mend()
                    .map(m -> finding.subject() + ": " + m.action())
                    .orElse(finding.subject());
            headed(String.format(Locale.ROOT, "%2d  ", number++), action, finding, tags);
            wrapped(finding.seen(), INDENT, INDENT);
            wrapped(finding.matters(), INDENT, INDENT);
            finding.mend()
                    .map(Mend::lines)
                    .orElse(List.of())
                    .forEach(line -> out.println(INDENT + terminal.paint(Paint.GOOD, line)));
        }
    }

    private void aside(String title, List<Finding> findings) {
        if (findings.isEmpty()) {
            return;
        }
        out.println();
        out.println(title);
        TagColumns tags = TagColumns.of(findings);
        for (Finding finding : findings) {
            headed(" -  ", finding.seen(), finding, tags);
            if (finding.severity() == Severity.UNKNOWN) {
                finding.mend().ifPresent(m -> wrapped("To find out: " + m.action() + ".", INDENT, INDENT));
            }
        }
    }

    /** The columns at the right edge of a section: the severity, id and rule of each of its findings, each as wide as its widest. */
    private record TagColumns(int severity, int id, int rule) {

        static TagColumns of(List<Finding> findings) {
            return new TagColumns(
                    widest(findings, f -> f.severity().token()),
                    widest(findings, f -> f.id().toString()),
                    widest(findings, Finding::rule));
        }

        private static int widest(List<Finding> findings, Function<Finding, String> part) {
            return findings.stream().map(part).mapToInt(String::length).max().orElse(0);
        }

        int width() {
            return severity + 2 + id + 2 + rule;
        }
    }

    /** A text with the finding's severity, id and rule at the right edge of its first line, or above where they do not fit. */
    private void headed(String mark, String text, Finding finding, TagColumns tags) {
        String severity = finding.severity().token();
        String painted = terminal.paint(paint(finding.severity()), severity)
                + " ".repeat(tags.severity() - severity.length() + 2)
                + finding.id()
                + " ".repeat(tags.id() - finding.id().toString().length() + 2)
                + finding.rule();
        int room = terminal.width() - mark.length() - tags.width() - 2;
        List<String> lines = Wrapped.lines(text, Math.max(room, 30));
        String blank = " ".repeat(mark.length());
        if (room >= 30) {
            String first = lines.getFirst();
            out.println(mark + first + " ".repeat(Math.max(2, room + 2 - first.length())) + painted);
            lines.stream().skip(1).forEach(line -> out.println(blank + line));
        } else {
            out.println(mark + painted);
            lines.forEach(line -> out.println(blank + line));
        }
    }

    private static Paint paint(Severity severity) {
        return switch (severity) {
            case ERROR -> Paint.BAD;
            case WARNING, UNKNOWN -> Paint.DOUBTFUL;
            case NOTICE -> Paint.SOFT;
            case OK -> Paint.GOOD;
        };
    }

    private void hosts(DomainReport report) {
        List<HostEvidence> hosts = report.evidence().hosts();
        if (hosts.isEmpty()) {
            return;
        }
        List<List<String>> rows = new ArrayList<>();
        for (HostEvidence host : hosts) {
            String name = host.name();
            String preference = Integer.toString(host.host().preference());
            if (host.addresses().isEmpty()) {
                rows.add(List.of(name, preference, "-", "", host.host().plan().why()));
            }
            Optional<AddressEvidence> first = Optional.empty();
            for (AddressEvidence attempt : host.addresses()) {
                boolean same = first.filter(f -> sameSight(f, attempt)).isPresent();
                rows.add(List.of(
                        name,
                        preference,
                        Words.address(attempt.address().getAddress()),
                        same ? "the same" : session(attempt.outcome()),
                        same ? "" : verdict(attempt.verdict())));
                first = first.or(() -> Optional.of(attempt));
                name = "";
                preference = "";
            }
        }
        out.println();
        table(rows);
    }

    private static boolean sameSight(AddressEvidence one, AddressEvidence other) {
        return session(one.outcome()).equals(session(other.outcome()))
                && verdict(one.verdict()).equals(verdict(other.verdict()))
                && chain(one).equals(chain(other));
    }

    private static List<?> chain(AddressEvidence attempt) {
        return attempt.outcome() instanceof SessionOutcome.Established e
                ? e.facts().chain()
                : List.of();
    }

    private static String session(SessionOutcome outcome) {
        return switch (outcome) {
            case SessionOutcome.NotReached not ->
                not.reason().name().toLowerCase(Locale.ROOT).replace('_', ' ');
            case SessionOutcome.NoStartTls _ -> "no STARTTLS";
            case SessionOutcome.HandshakeFailed _ -> "handshake failed";
            case SessionOutcome.Established established -> facts(established.facts());
        };
    }

    private static String facts(SessionFacts facts) {
        return facts.version().title() + facts.group().map(g -> " " + g).orElse("") + " " + cipher(facts.suite());
    }

    /** {@code AES_256_GCM} of {@code TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384}. */
    private static String cipher(String suite) {
        int with = suite.indexOf("_WITH_");
        String cipher = with >= 0 ? suite.substring(with + "_WITH_".length()) : suite.replaceFirst("^TLS_", "");
        return cipher.replaceFirst("_SHA(256|384|512)?$", "");
    }

    private static String verdict(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Authenticated authenticated -> "proved by " + by(authenticated.by());
            case Verdict.Unauthenticated open -> open.encrypted() ? "encrypted, not proved" : "in clear";
            case Verdict.Refused refused -> "refused (" + refused.refusal().rule() + ")";
            case Verdict.NotJudged _ -> "";
        };
    }

    private static String by(Verdict.By by) {
        return switch (by) {
            case Verdict.By.Dane dane ->
                "TLSA " + dane.record().usage() + " " + dane.record().selector() + " "
                        + dane.record().matchingType();
            case Verdict.By.MtaSts _ -> "MTA-STS";
            case Verdict.By.Both both -> by(both.dane()) + " and MTA-STS";
            case Verdict.By.Pkix _ -> "its name";
        };
    }

    private void table(List<List<String>> rows) {
        int columns = rows.getFirst().size();
        int[] widths = new int[columns];
        rows.forEach(row -> {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        });
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < columns; i++) {
                line.append(row.get(i));
                if (i < columns - 1) {
                    line.append(" ".repeat(widths[i] - row.get(i).length() + 2));
                }
            }
            out.println(line.toString().stripTrailing());
        }
    }

    private void well(DomainReport report) {
        List<Finding> well = report.findings(Severity.OK);
        if (!well.isEmpty()) {
            out.println();
            wrapped(
                    well.stream().map(Finding::id).distinct().map(FindingId::id).collect(Collectors.joining(", ")),
                    "Well: ",
                    INDENT);
        }
    }

    private void wrapped(String text, String first, String rest) {
        List<String> lines = Wrapped.lines(text, terminal.width() - Math.max(first.length(), rest.length()));
        for (int i = 0; i < lines.size(); i++) {
            out.println((i == 0 ? first : rest) + lines.get(i));
        }
    }

    /** How many columns a text takes: letters of East Asian scripts take two (UAX 11, the wide blocks). */
    static int columns(String text) {
        return text.codePoints().map(c -> isWide(c) ? 2 : 1).sum();
    }

    private static boolean isWide(int c) {
        return c >= 0x1100 && c <= 0x115F
                || c >= 0x2E80 && c <= 0xA4CF && c != 0x303F
                || c >= 0xAC00 && c <= 0xD7A3
                || c >= 0xF900 && c <= 0xFAFF
                || c >= 0xFE30 && c <= 0xFE6F
                || c >= 0xFF00 && c <= 0xFF60
                || c >= 0xFFE0 && c <= 0xFFE6
                || c >= 0x20000 && c <= 0x3FFFD;
    }
}
