package org.hikyaku.conformance.grade;

import java.util.Locale;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A grade as JSON; docs/schema/lab-grade-1.json describes it. */
public final class GradeJson {
    /** Name and version of the schema. */
    public static final String SCHEMA = "hikyaku.lab-grade/1";

    private GradeJson() {}

    /** The whole document. */
    public static ObjectNode of(Grade grade) {
        ObjectNode document = JsonNodeFactory.instance.objectNode().put("schema", SCHEMA);
        document.put("connections", grade.sessions());
        document.put("offeredInClear", grade.inClear());
        ArrayNode areas = document.putArray("areas");
        for (Grade.Score score : grade.areas()) {
            ObjectNode area = areas.addObject()
                    .put("area", score.area().title())
                    .put("practised", score.practised())
                    .put("kept", score.kept())
                    .put("broken", score.broken())
                    .put("notSeen", score.notSeen());
            if (score.kept() + score.broken() > 0) {
                area.put("percent", score.percent());
            }
        }
        ArrayNode rules = document.putArray("rules");
        grade.rules().forEach(r -> rules.add(rule(r)));
        ArrayNode cases = document.putArray("cases");
        grade.cases().forEach(c -> cases.add(result(c)));
        ArrayNode reports = document.putArray("reports");
        for (Grade.ReportSeen report : grade.reports()) {
            reports.addObject()
                    .put("domain", report.domain())
                    .put("to", report.to())
                    .put("sentence", report.sentence());
        }
        return document;
    }

    private static ObjectNode rule(RuleResult rule) {
        ObjectNode node = JsonNodeFactory.instance
                .objectNode()
                .put("rule", rule.rule())
                .put("area", rule.area().title())
                .put("title", rule.title())
                .put("standing", token(rule.standing()));
        texts(node, "keptBy", rule.keptBy());
        texts(node, "brokenBy", rule.brokenBy());
        texts(node, "why", rule.sentences());
        return node;
    }

    private static ObjectNode result(CaseResult result) {
        Case subject = result.subject();
        ObjectNode node = JsonNodeFactory.instance
                .objectNode()
                .put("domain", subject.domain())
                .put("recipient", subject.recipient())
                .put("about", subject.about())
                .put("must", token(subject.must()));
        subject.rule().ifPresent(r -> node.put("rule", r));
        node.put("standing", token(result.standing()))
                .put("delivered", result.delivered())
                .put("sessions", result.sessions());
        ArrayNode findings = node.putArray("findings");
        for (Finding finding : result.findings()) {
            findings.addObject()
                    .put("deviation", token(finding.deviation()))
                    .put("rule", finding.rule())
                    .put("sentence", finding.sentence());
        }
        texts(node, "seen", result.story());
        return node;
    }

    private static void texts(ObjectNode node, String name, Iterable<String> texts) {
        ArrayNode array = node.putArray(name);
        texts.forEach(array::add);
    }

    private static String token(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
