package org.hikyaku.check.render;

import java.util.List;
import org.hikyaku.check.Words;
import org.hikyaku.check.grade.DomainGrade;
import org.hikyaku.check.grade.DomainGrade.CategoryGrade;
import org.hikyaku.check.grade.DomainGrade.ServerGrade;
import org.hikyaku.check.grade.DomainGrade.SubtestGrade;
import org.hikyaku.check.grade.GradeReport;
import org.hikyaku.check.grade.Profile;
import org.hikyaku.check.grade.Scheme.Rule;
import org.hikyaku.check.grade.Subtest;
import org.hikyaku.tls.probe.Known;
import org.hikyaku.tls.probe.ServerFacts;
import org.hikyaku.tls.probe.ServerFacts.VersionFacts;
import org.hikyaku.tls.wire.CipherSuite;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A grade as JSON: the member {@code grade} of a domain in {@code docs/schema/check-1.json}. */
final class GradeJson {
    private GradeJson() {}

    static void into(ObjectNode json, DomainGrade grade) {
        Profile profile = grade.profile();
        json.put("profile", profile.name())
                .put("title", profile.title())
                .put("source", profile.source())
                .put("date", profile.date())
                .put("overall", grade.overall().token());
        grade.percent().ifPresent(p -> json.put("percent", p));
        strings(json.putArray("notes"), grade.notes());
        ArrayNode categories = json.putArray("categories");
        grade.categories().forEach(c -> category(categories.addObject(), c));
        ArrayNode servers = json.putArray("servers");
        grade.servers().forEach(s -> server(servers.addObject(), s));
    }

    private static void category(ObjectNode json, CategoryGrade category) {
        json.put("id", category.category().id())
                .put("api", category.category().api())
                .put("title", category.category().title())
                .put("status", category.status().token())
                .put("points", category.points())
                .put("most", category.most());
        category.percent().ifPresent(p -> json.put("percent", p));
        ArrayNode subtests = json.putArray("subtests");
        for (SubtestGrade subtest : category.subtests()) {
            Rule rule = subtest.rule();
            ObjectNode one = subtests.addObject()
                    .put("id", rule.id())
                    .put("api", rule.api())
                    .put("title", rule.title())
                    .put("level", rule.level().token())
                    .put("status", subtest.status().token())
                    .put("counts", subtest.counts());
            strings(one.putArray("values"), subtest.values());
            strings(one.putArray("sentences"), subtest.sentences());
        }
    }

    private static void server(ObjectNode json, ServerGrade server) {
        ServerFacts facts = server.facts();
        GradeReport report = server.report();
        json.put("host", server.host())
                .put("address", Words.address(server.address().getAddress()))
                .put("port", server.address().getPort())
                .put("connections", facts.connections())
                .put("seconds", facts.took().toMillis() / 1000.0)
                .put("refusing", facts.refusing())
                .put("overall", report.overall().token());
        report.score()
                .ifPresent(s -> json.putObject("score")
                        .put("points", s.points())
                        .put("most", s.most())
                        .put("percent", s.percent()));
        ArrayNode versions = json.putArray("versions");
        for (VersionFacts version : facts.versions()) {
            if (version.offered() == Known.YES) {
                ObjectNode one = versions.addObject()
                        .put("version", version.version().title())
                        .put(
                                "grade",
                                report.profile()
                                        .versions()
                                        .of(version.version().title())
                                        .token());
                ArrayNode suites = one.putArray("suites");
                version.accepted().forEach(s -> suite(suites.addObject(), s, report.profile()));
            }
        }
        ArrayNode groups = json.putArray("groups");
        facts.groups()
                .forEach(g -> groups.addObject()
                        .put("name", g)
                        .put("grade", report.profile().groups().of(g).token()));
        ArrayNode subtests = json.putArray("subtests");
        report.subtests().forEach(s -> subtest(subtests.addObject(), s));
    }

    private static void suite(ObjectNode json, CipherSuite suite, Profile profile) {
        json.put("name", suite.name());
        suite.openSslName().ifPresent(n -> json.put("openssl", n));
        json.put("grade", profile.suites().of(suite.name()).token());
    }

    private static void subtest(ObjectNode json, Subtest subtest) {
        json.put("id", subtest.id())
                .put("title", subtest.title())
                .put("grade", subtest.grade().token());
        strings(json.putArray("values"), subtest.values());
        json.put("sentence", subtest.sentence());
        subtest.points().ifPresent(p -> json.put("points", p));
        ObjectNode mend = json.putObject("mend");
        subtest.mend().forEach((software, lines) -> strings(mend.putArray(software), lines));
    }

    private static void strings(ArrayNode array, List<String> values) {
        values.forEach(array::add);
    }
}
