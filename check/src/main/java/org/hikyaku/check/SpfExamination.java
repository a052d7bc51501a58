package org.hikyaku.check;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.hikyaku.check.auth.Shown;
import org.hikyaku.check.auth.spf.Qualifier;
import org.hikyaku.check.auth.spf.SpfParser;
import org.hikyaku.check.auth.spf.SpfProblem;
import org.hikyaku.check.auth.spf.SpfProblem.Kind;
import org.hikyaku.check.auth.spf.SpfReader;
import org.hikyaku.check.auth.spf.SpfRecord;
import org.hikyaku.check.auth.spf.SpfRepair;
import org.hikyaku.check.auth.spf.SpfReport;
import org.hikyaku.check.auth.spf.SpfReport.Cost;
import org.hikyaku.check.auth.spf.SpfSelection;
import org.hikyaku.policy.Route;

/** SPF: does the domain say who may send in its name, in a way that receivers can work out? */
final class SpfExamination implements Examination {

    @Override
    public List<Finding> examine(Evidence evidence) {
        return evidence.judgedAuth()
                .map(auth -> switch (auth.spf().selection()) {
                    case SpfSelection.None none -> List.of(absent(evidence, none));
                    case SpfSelection.NotKnown _ -> List.<Finding>of(); // the answer itself is a finding
                    case SpfSelection.Several several -> List.of(several(evidence, auth.spf(), several));
                    case SpfSelection.Found found -> found(evidence, auth.spf(), found.record());
                })
                .orElse(List.of());
    }

    private static Finding absent(Evidence evidence, SpfSelection.None none) {
        boolean mail = evidence.route() instanceof Route.Hosts;
        return Finding.of(
                FindingId.SPF_ABSENT,
                Severity.WARNING,
                evidence.domain(),
                ("There is no SPF record at " + evidence.domain() + ". " + String.join(" ", none.looksLike())).strip(),
                mail
                        ? Mend.of(
                                "publish an SPF record; this one is for mail that only the MX hosts send: put before"
                                        + " \"~all\" what else sends, and make it \"-all\" when all is found",
                                line(evidence, "v=spf1 mx ~all"))
                        : Mend.of("say that the domain sends no mail", line(evidence, SpfRepair.SENDS_NOTHING)));
    }

    private static Finding several(Evidence evidence, SpfReport report, SpfSelection.Several several) {
        return Finding.of(
                        FindingId.SPF_INVALID,
                        Severity.ERROR,
                        evidence.domain(),
                        report.problems(Kind.SEVERAL).getFirst().sentence(),
                        Mend.of(
                                "replace them by one record that has the terms of all",
                                line(
                                        evidence,
                                        SpfRepair.merged(several.texts().stream()
                                                .map(SpfParser::parse)
                                                .toList()))))
                .under("RFC 7208 4.5");
    }

    private static List<Finding> found(Evidence evidence, SpfReport report, SpfRecord record) {
        List<Finding> findings = new ArrayList<>();
        for (SpfProblem problem : report.problems()) {
            finding(evidence, report, record, problem).ifPresent(findings::add);
        }
        boolean closed = report.ending()
                .filter(e -> e.qualifier() == Qualifier.FAIL || e.qualifier() == Qualifier.SOFTFAIL)
                .isPresent();
        if (closed && !report.isPermanentError() && !report.has(Kind.NOT_KNOWN)) {
            findings.add(Finding.of(
                    FindingId.SPF_OK,
                    Severity.OK,
                    evidence.domain(),
                    "The SPF record is right, ends in \""
                            + report.ending().orElseThrow().qualifier().sign()
                            + "all\" and causes " + report.lookups() + " of " + SpfReader.MAX_LOOKUPS
                            + " look-ups."));
        }
        return findings;
    }

    private static Optional<Finding> finding(
            Evidence evidence, SpfReport report, SpfRecord record, SpfProblem problem) {
        boolean own = problem.domain().equals(report.domain());
        String mended = line(evidence, SpfRepair.mended(record));
        Mend whole = own
                ? Mend.of("publish the record as it was meant; look through the terms that are left out", mended)
                : Mend.of("have " + Words.name(problem.domain()) + " mend its record, or take its term out of yours");
        Optional<Finding> finding = switch (problem.kind()) {
            case SYNTAX, SEVERAL -> Optional.of(of(FindingId.SPF_INVALID, Severity.ERROR, evidence, problem, whole));
            case TARGET_WITHOUT_RECORD, LOOP ->
                Optional.of(of(
                        FindingId.SPF_INVALID,
                        Severity.ERROR,
                        evidence,
                        problem,
                        own ? Mend.of("take that term out of the record, or correct its name") : whole));
            case TOO_MANY_LOOKUPS ->
                Optional.of(of(FindingId.SPF_LOOKUPS, Severity.ERROR, evidence, problem, fewer(report)));
            case TOO_MANY_VOIDS ->
                Optional.of(of(
                        FindingId.SPF_LOOKUPS,
                        Severity.ERROR,
                        evidence,
                        problem,
                        Mend.of("take the terms out whose names hold nothing")));
            case TOO_MANY_MX ->
                Optional.of(of(
                        FindingId.SPF_LOOKUPS,
                        Severity.ERROR,
                        evidence,
                        problem,
                        Mend.of("name the addresses of the hosts that send, with ip4: and ip6:, instead of mx")));
            case VOID ->
                Optional.of(of(
                        FindingId.SPF_VOID,
                        Severity.NOTICE,
                        evidence,
                        problem,
                        own ? Mend.of("take that term out of the record, or correct its name") : whole));
            case OPEN ->
                Optional.of(of(
                        FindingId.SPF_OPEN,
                        Severity.WARNING,
                        evidence,
                        problem,
                        Mend.of(
                                "name the hosts that send, and end the record in \"~all\", later in \"-all\"",
                                mended)));
            case NEUTRAL ->
                Optional.of(of(
                        FindingId.SPF_OPEN,
                        Severity.WARNING,
                        evidence,
                        problem,
                        Mend.of("end the record in \"~all\", and in \"-all\" when all that sends is named", mended)));
            case UNREACHED ->
                Optional.of(of(
                        FindingId.SPF_UNREACHED,
                        Severity.NOTICE,
                        evidence,
                        problem,
                        own ? Mend.of("put what is meant before \"all\", and leave the rest out", mended) : whole));
            case MISTAKEN_MODIFIER ->
                Optional.of(of(
                        FindingId.SPF_STYLE,
                        Severity.WARNING,
                        evidence,
                        problem,
                        own ? Mend.of("write a colon there instead of \"=\"") : whole));
            case PTR, UNKNOWN_MODIFIER, LONG, EXPLANATION ->
                Optional.of(of(FindingId.SPF_STYLE, Severity.NOTICE, evidence, problem, style(problem.kind())));
            case NOT_KNOWN ->
                Optional.of(of(
                        FindingId.LOOKUP_FAILED,
                        Severity.UNKNOWN,
                        evidence,
                        problem,
                        Mend.of("try again, with another resolver (--resolver ADDRESS) too")));
            case DEPENDS_ON_MAIL -> Optional.empty(); // nothing is wrong with it
        };
        return finding.map(f -> f.under("RFC 7208 " + problem.kind().section()));
    }

    private static Mend style(Kind kind) {
        return kind == Kind.PTR
                ? Mend.of("name the addresses or names that send instead of ptr")
                : kind == Kind.LONG
                        ? Mend.of(
                                "put parts of the record under a name of their own and include it, or take TXT records"
                                        + " away that are no longer needed")
                        : Mend.of("take it out of the record");
    }

    private static Mend fewer(SpfReport report) {
        List<String> costly = report.costs().stream()
                .sorted(Comparator.comparingInt(Cost::lookups).reversed())
                .map(c -> c.term() + " causes " + Words.count(c.lookups(), "look-up"))
                .toList();
        return new Mend(
                "take out what no longer sends, and name addresses (ip4:, ip6:), which cost nothing, instead of names",
                costly.stream().map(Shown::plain).collect(Collectors.toList()));
    }

    private static Finding of(FindingId id, Severity severity, Evidence evidence, SpfProblem problem, Mend mend) {
        return Finding.of(id, severity, evidence.domain(), problem.sentence(), mend);
    }

    private static String line(Evidence evidence, String record) {
        return evidence.domain() + ". 3600 IN TXT " + Shown.txt(record);
    }
}
