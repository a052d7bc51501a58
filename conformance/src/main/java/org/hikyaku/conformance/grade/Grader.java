package org.hikyaku.conformance.grade;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.hikyaku.conformance.grade.CaseJudge.Seen;
import org.hikyaku.conformance.grade.CaseJudge.Wrong;
import org.hikyaku.conformance.serve.Sighting;

/**
 * Judges a run. Pure: the same cases and sightings give the same grade.
 *
 * <p>What is wrong is wrong wherever it is seen. What is right shows something only where a sender that knows nothing of
 * the matter would have done otherwise: a mail that arrives where DANE is in order shows that DANE is done rightly only by
 * a sender that was seen to hold mail back for it elsewhere.
 */
public final class Grader {
    private final List<Case> cases;
    private final Rules rules = Rules.builtIn();

    public Grader(List<Case> cases) {
        this.cases = List.copyOf(cases);
    }

    /**
     * The grade of a sender that was seen to do this.
     *
     * @param given the recipients of the mails that it is known to have taken in; of those of a special kind nothing is held
     *     against it that it did not get
     */
    public Grade grade(List<Sighting> sightings, Collection<String> given) {
        Stages stages = Stages.of(sightings, given);
        Evidence evidence = stages.whole();
        List<Seen> seen = cases.stream().map(c -> look(c, stages)).toList();
        Set<Area> practised = practised(seen, evidence);
        Set<String> alone = brokenAlone(seen, practised);
        List<CaseResult> results =
                seen.stream().map(s -> result(s, practised, alone)).toList();
        List<ReportJudge.Judged> reports = new ReportJudge(evidence, cases).judge();
        List<RuleResult> byRule = rules(seen, results, practised, reports, evidence.anyReturned());
        return new Grade(
                scores(byRule, practised, reports),
                byRule,
                results,
                evidence.connections(),
                evidence.offeredInClear(),
                reports.stream().map(ReportJudge.Judged::seen).toList());
    }

    /**
     * Whether everything was seen that a sender is to show: each mail that must go has gone or was dealt with wrongly, and to
     * each that must not go the sender came.
     */
    public boolean settled(List<Sighting> sightings) {
        return settled(sightings, Probe.ORDINARY, List.of());
    }

    /** As {@link #settled(List)}, of another kind of mails, of which these are known to have been taken in. */
    public boolean settled(List<Sighting> sightings, Probe probe, Collection<String> given) {
        Stages stages = Stages.of(sightings, given);
        return cases.stream()
                .filter(c -> c.probe() == probe && (c.must() == Must.DELIVER || c.must() == Must.HOLD))
                .filter(c -> !c.isSecond() || stages.of(probe).given(c))
                .map(c -> look(c, stages))
                .allMatch(Seen::settled);
    }

    private static Seen look(Case c, Stages stages) {
        return stages.knew(c) ? new CaseJudge(c, stages.of(c.probe())).look() : CaseJudge.unknown(c);
    }

    private static Set<Area> practised(List<Seen> seen, Evidence evidence) {
        Set<Area> areas = EnumSet.noneOf(Area.class);
        for (Seen s : seen) {
            if (s.held()) {
                // the most general rule that it may have been held back for
                s.subject().blamed(Deviation.HANDED_OVER).stream()
                        .findFirst()
                        .map(Area::of)
                        .ifPresent(areas::add);
            }
        }
        if (!evidence.anyFetch()) {
            areas.remove(Area.MTA_STS);
        }
        areas.remove(Area.REQUIRETLS);
        if (evidence.anyRequireTls()) {
            areas.add(Area.REQUIRETLS);
        }
        if (!evidence.reports().isEmpty()) {
            areas.add(Area.TLS_RPT);
        }
        return areas;
    }

    /** Whether a deviation counts: who does not do a thing at all cannot do too much of it. */
    private static boolean counts(Seen seen, Wrong wrong, Set<Area> practised) {
        if (!practised.containsAll(seen.subject().needs())) {
            return false;
        }
        return switch (wrong.deviation()) {
            case HELD, RETURNED ->
                seen.subject().must() == Must.HOLD
                        || seen.subject().probe() == Probe.TLS_OPTIONAL
                        || practised.contains(Area.of(wrong.rules().getFirst()));
            case WRONG_NAME, PASSED_OVER ->
                practised.contains(Area.of(wrong.rules().getFirst()));
            case HANDED_OVER, IN_CLEAR, BLIND_STARTTLS, TLSA_ASKED, POLICY_READ, WORD_DROPPED, TEXT_RETURNED -> true;
        };
    }

    /** Rules that are broken where nothing else can be to blame. */
    private static Set<String> brokenAlone(List<Seen> seen, Set<Area> practised) {
        Set<String> broken = new TreeSet<>();
        for (Seen s : seen) {
            for (Wrong wrong : s.wrongs()) {
                if (wrong.rules().size() == 1 && counts(s, wrong, practised)) {
                    broken.add(wrong.rules().getFirst());
                }
            }
        }
        return broken;
    }

    private static CaseResult result(Seen seen, Set<Area> practised, Set<String> alone) {
        List<Finding> findings = new ArrayList<>();
        for (Wrong wrong : seen.wrongs()) {
            if (counts(seen, wrong, practised)) {
                findings.add(new Finding(wrong.deviation(), blamed(wrong, alone), wrong.sentence()));
            }
        }
        Standing standing = !findings.isEmpty()
                ? Standing.BROKEN
                : seen.right() && shows(seen, practised) ? Standing.KEPT : Standing.NOT_SEEN;
        return new CaseResult(
                seen.subject(),
                standing,
                findings.stream().distinct().toList(),
                seen.story(),
                seen.sessions(),
                seen.delivered());
    }

    private static String blamed(Wrong wrong, Set<String> alone) {
        return wrong.rules().stream()
                .filter(alone::contains)
                .findFirst()
                .orElseGet(() -> wrong.rules().getLast());
    }

    /** Whether what is right there shows that a rule is kept. */
    private static boolean shows(Seen seen, Set<Area> practised) {
        Case subject = seen.subject();
        if (!subject.proves() || subject.rule().isEmpty() || !practised.containsAll(subject.needs())) {
            return false;
        }
        return switch (subject.must()) {
            case HOLD -> {
                String rule = subject.rule().get();
                String general = subject.blamed(Deviation.HANDED_OVER).stream()
                        .findFirst()
                        .orElse(rule);
                // S1 is shown only by a sender that does both
                boolean same = Area.of(general) == Area.of(rule) && subject.probe() != Probe.REQUIRE_TLS;
                yield same || practised.contains(Area.of(rule));
            }
            case DELIVER ->
                subject.probe() == Probe.TLS_OPTIONAL
                        || practised.contains(Area.of(subject.rule().get()));
            case RETURN -> true;
            case FREE -> false;
        };
    }

    private List<RuleResult> rules(
            List<Seen> seen,
            List<CaseResult> results,
            Set<Area> practised,
            List<ReportJudge.Judged> reports,
            boolean noticesSeen) {
        Map<String, Tally> tallies = new LinkedHashMap<>();
        rules.all().keySet().forEach(r -> tallies.put(r, new Tally()));
        for (int i = 0; i < results.size(); i++) {
            CaseResult result = results.get(i);
            for (Finding finding : result.findings()) {
                tally(tallies, finding.rule()).broke(result.subject().title(), finding.sentence());
            }
            if (result.standing() == Standing.KEPT) {
                Case subject = result.subject();
                subject.rule().ifPresent(r -> tally(tallies, r).kept(subject.title()));
                if (subject.must() == Must.HOLD && noticesSeen) {
                    subject.blamed(Deviation.RETURNED)
                            .forEach(r -> tally(tallies, r).kept(subject.title()));
                }
            }
            String title = result.subject().title();
            if (seen.get(i).textKept() && practised.contains(Area.REQUIRETLS)) {
                // Q8
                result.subject()
                        .blamed(Deviation.TEXT_RETURNED)
                        .forEach(r -> tally(tallies, r).kept(title));
            }
            seen.get(i).rightNames().stream()
                    .filter(r -> practised.contains(Area.of(r)))
                    .forEach(r -> tally(tallies, r).kept(title));
        }
        for (ReportJudge.Judged report : reports) {
            report.kept().forEach(r -> tally(tallies, r).kept(report.seen().domain()));
            report.broken()
                    .forEach((r, why) -> tally(tallies, r).broke(report.seen().domain(), why));
        }
        List<RuleResult> all = new ArrayList<>();
        rules.all().forEach((rule, title) -> all.add(tally(tallies, rule).result(rule, title)));
        return all;
    }

    private static Tally tally(Map<String, Tally> tallies, String rule) {
        Tally tally = tallies.get(rule);
        if (tally == null) {
            throw new IllegalStateException("rules.txt has no rule " + rule);
        }
        return tally;
    }

    /** What was seen of one rule. */
    private static final class Tally {
        private final Set<String> kept = new LinkedHashSet<>();
        private final Set<String> broken = new LinkedHashSet<>();
        private final List<String> sentences = new ArrayList<>();

        void kept(String by) {
            kept.add(by);
        }

        void broke(String by, String sentence) {
            broken.add(by);
            sentences.add(by + ": " + sentence);
        }

        RuleResult result(String rule, String title) {
            Standing standing =
                    !broken.isEmpty() ? Standing.BROKEN : kept.isEmpty() ? Standing.NOT_SEEN : Standing.KEPT;
            return new RuleResult(rule, title, standing, List.copyOf(kept), List.copyOf(broken), sentences);
        }
    }

    private static List<Grade.Score> scores(
            List<RuleResult> rules, Set<Area> practised, List<ReportJudge.Judged> reports) {
        List<Grade.Score> scores = new ArrayList<>();
        for (Area area : Area.values()) {
            scores.add(new Grade.Score(
                    area,
                    practised.contains(area) || (area == Area.TLS_RPT && !reports.isEmpty()),
                    count(rules, area, Standing.KEPT),
                    count(rules, area, Standing.BROKEN),
                    count(rules, area, Standing.NOT_SEEN)));
        }
        return scores;
    }

    private static int count(List<RuleResult> rules, Area area, Standing standing) {
        return (int) rules.stream()
                .filter(r -> r.area() == area && r.standing() == standing)
                .count();
    }
}
