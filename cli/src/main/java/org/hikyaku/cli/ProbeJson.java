package org.hikyaku.cli;

import java.util.List;
import java.util.Locale;
import org.hikyaku.check.grade.GradeReport;
import org.hikyaku.check.grade.Subtest;
import org.hikyaku.net.Addresses;
import org.hikyaku.tls.probe.Known;
import org.hikyaku.tls.probe.ServerFacts;
import org.hikyaku.tls.probe.ServerFacts.Features;
import org.hikyaku.tls.probe.ServerFacts.VersionFacts;
import org.hikyaku.tls.wire.CipherSuite;
import org.hikyaku.x509.Certificate;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A probe as JSON, schema {@code hikyaku.probe/1}; see docs/probe.md. What is not known is null. */
final class ProbeJson {

    private ProbeJson() {}

    static ObjectNode document(String target, ServerFacts facts, GradeReport report) {
        ObjectNode json = JsonOption.document("hikyaku.probe/1");
        json.put("target", target);
        json.put("address", Addresses.text(facts.address().getAddress()));
        json.put("port", facts.address().getPort());
        json.put("service", facts.service().name().toLowerCase(Locale.ROOT));
        facts.sni().ifPresent(s -> json.put("sni", s));
        json.put("depth", facts.depth().name().toLowerCase(Locale.ROOT));
        json.put("reached", facts.reached());
        json.put("refusing", facts.refusing());
        json.put("connections", facts.connections());
        json.put("seconds", facts.took().toMillis() / 1000.0);
        strings(json.putArray("trouble"), facts.trouble());
        ArrayNode versions = json.putArray("versions");
        facts.versions().forEach(v -> version(versions.addObject(), v));
        strings(json.putArray("groups"), facts.groups());
        strings(json.putArray("refused_groups"), facts.refusedGroups());
        facts.finiteField().ifPresent(f -> {
            ObjectNode dh = json.putObject("finite_field");
            dh.put("bits", f.bits());
            dh.put("generator", f.generator());
            dh.put("name", f.name().orElse(null));
            dh.put("prime_sha256", f.primeSha256());
        });
        strings(json.putArray("signatures"), facts.signatures());
        ObjectNode weak = json.putObject("weak_hashes");
        known(weak, "md5", facts.weakHashes().md5());
        known(weak, "sha1", facts.weakHashes().sha1());
        known(weak, "sha224", facts.weakHashes().sha224());
        ArrayNode chains = json.putArray("chains");
        for (List<Certificate> chain : facts.chains()) {
            ArrayNode one = chains.addArray();
            chain.forEach(c -> certificate(one.addObject(), c));
        }
        features(json.putObject("features"), facts.features());
        ObjectNode starttls = json.putObject("starttls");
        known(starttls, "offered", facts.starttls().offered());
        known(starttls, "injection", facts.starttls().injection());
        known(starttls, "mail_without_tls", facts.starttls().mailWithoutTls());
        known(starttls, "ehlo_after", facts.starttls().ehloAfter());
        grade(json.putObject("grade"), report);
        return json;
    }

    private static void version(ObjectNode json, VersionFacts version) {
        json.put("version", version.version().title());
        known(json, "offered", version.offered());
        json.put("preferred", version.preferred().map(CipherSuite::name).orElse(null));
        json.put("best", version.best().map(CipherSuite::name).orElse(null));
        json.put("worst", version.worst().map(CipherSuite::name).orElse(null));
        known(json, "server_order", version.serverOrder());
        json.put("complete", version.complete());
        ArrayNode suites = json.putArray("suites");
        for (CipherSuite suite : version.accepted()) {
            ObjectNode one = suites.addObject();
            one.put("code", String.format("%04x", suite.code()));
            one.put("name", suite.name());
            one.put("openssl", suite.openSslName().orElse(null));
            one.put("bits", suite.bits());
        }
        strings(json.putArray("groups"), version.groups());
        strings(json.putArray("refused_groups"), version.refusedGroups());
        strings(json.putArray("signatures"), version.signatures());
        strings(json.putArray("refused_signatures"), version.refusedSignatures());
    }

    private static void certificate(ObjectNode json, Certificate certificate) {
        json.put("subject", certificate.holder().getSubject().toString());
        json.put("issuer", certificate.holder().getIssuer().toString());
        json.put("not_before", certificate.notBefore().toString());
        json.put("not_after", certificate.notAfter().toString());
        strings(json.putArray("dns_names"), certificate.dnsNames());
    }

    private static void features(ObjectNode json, Features f) {
        known(json, "compression", f.compression());
        known(json, "secure_renegotiation", f.secureRenegotiation());
        json.put("client_renegotiation", f.clientRenegotiation().orElse(null));
        known(json, "extended_master_secret", f.extendedMasterSecret());
        known(json, "encrypt_then_mac", f.encryptThenMac());
        known(json, "session_ticket", f.sessionTicket());
        known(json, "resumption_tls12", f.resumption12());
        known(json, "resumption_tls13", f.resumption13());
        json.put("max_early_data", f.maxEarlyData().orElse(null));
        known(json, "downgrade_sentinel", f.downgradeSentinel());
        known(json, "fallback_scsv", f.fallbackScsv());
        known(json, "ocsp_stapling", f.ocspStapling());
        known(json, "large_hello", f.largeHello());
        known(json, "version_tolerance", f.versionTolerance());
        known(json, "answers_without_sni", f.answersWithoutSni());
        known(json, "answers_unknown_sni", f.answersUnknownSni());
        known(json, "other_certificate_without_sni", f.otherCertificateWithoutSni());
    }

    private static void grade(ObjectNode json, GradeReport report) {
        json.put("profile", report.profile().name());
        json.put("source", report.profile().source());
        json.put("date", report.profile().date());
        json.put("overall", report.overall().token());
        json.put("asked", report.asked());
        json.put("tested", report.tested());
        report.score().filter(_ -> report.complete()).ifPresent(s -> {
            ObjectNode score = json.putObject("score");
            score.put("points", s.points());
            score.put("most", s.most());
            score.put("percent", s.percent());
        });
        ArrayNode subtests = json.putArray("subtests");
        for (Subtest subtest : report.subtests()) {
            ObjectNode one = subtests.addObject();
            one.put("id", subtest.id());
            one.put("title", subtest.title());
            one.put("grade", subtest.grade().token());
            strings(one.putArray("values"), subtest.values());
            one.put("sentence", subtest.sentence());
            one.put("points", subtest.points().orElse(null));
            ObjectNode mend = one.putObject("mend");
            subtest.mend().forEach((software, lines) -> strings(mend.putArray(software), lines));
        }
    }

    private static void known(ObjectNode json, String field, Known known) {
        switch (known) {
            case YES -> json.put(field, true);
            case NO -> json.put(field, false);
            case UNKNOWN -> json.putNull(field);
        }
    }

    private static void strings(ArrayNode array, List<String> values) {
        values.forEach(array::add);
    }
}
