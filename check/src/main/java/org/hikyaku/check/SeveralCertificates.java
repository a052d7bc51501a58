package org.hikyaku.check;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hikyaku.check.Evidence.AddressEvidence;
import org.hikyaku.check.Evidence.HostEvidence;
import org.hikyaku.check.grade.DomainGrade;
import org.hikyaku.check.grade.DomainGrade.ServerGrade;
import org.hikyaku.policy.Judge;
import org.hikyaku.policy.TlsaRecord;
import org.hikyaku.policy.Verdict;
import org.hikyaku.smtp.SessionOutcome.Established;
import org.hikyaku.tls.SessionFacts;
import org.hikyaku.x509.Certificate;

/**
 * Servers with more than one certificate (RSA and ECDSA, say): which one a sender sees depends on its hello, so each must
 * keep what the domain promises. Known only when the servers were probed.
 */
final class SeveralCertificates {
    private final Judge judge;

    SeveralCertificates(Judge judge) {
        this.judge = judge;
    }

    List<Finding> examine(Evidence evidence, DomainGrade grade) {
        Map<String, Finding> findings = new LinkedHashMap<>();
        for (ServerGrade server : grade.servers()) {
            for (HostEvidence host : evidence.hosts()) {
                if (host.name().equals(server.host())) {
                    examine(host, server).ifPresent(f -> findings.putIfAbsent(f.subject(), f));
                }
            }
        }
        return List.copyOf(findings.values());
    }

    private Optional<Finding> examine(HostEvidence host, ServerGrade server) {
        return host.addresses().stream()
                .filter(a -> a.address().equals(server.address()))
                .filter(a -> a.outcome() instanceof Established)
                .findFirst()
                .flatMap(a -> examine(host, a, server.facts().chains()));
    }

    private Optional<Finding> examine(HostEvidence host, AddressEvidence attempt, List<List<Certificate>> chains) {
        Map<String, List<Certificate>> byKey = new LinkedHashMap<>();
        chains.stream()
                .filter(c -> !c.isEmpty())
                .forEach(c -> byKey.putIfAbsent(
                        java.util.HexFormat.of().formatHex(c.getFirst().keySha256()), c));
        if (byKey.size() < 2 || !(attempt.outcome() instanceof Established session)) {
            return Optional.empty();
        }
        List<String> refused = new ArrayList<>();
        List<String> records = new ArrayList<>();
        for (List<Certificate> chain : byKey.values()) {
            Verdict verdict = judge.judge(host.host().plan(), with(session, chain));
            if (verdict instanceof Verdict.Refused && !(attempt.verdict() instanceof Verdict.Refused)) {
                refused.add("With the " + chain.getFirst().key().title() + " certificate: " + verdict.sentence());
                records.add("_" + host.host().plan().port() + "._tcp." + host.name() + ". 3600 IN TLSA "
                        + TlsaRecord.of(
                                TlsaRecord.DANE_EE, TlsaRecord.PUBLIC_KEY, TlsaRecord.SHA2_256, chain.getFirst()));
            }
        }
        String keys = Words.list(
                byKey.values().stream().map(c -> c.getFirst().key().title()).toList());
        String seen = host.name() + " has " + byKey.size() + " certificates (" + keys + ").";
        return Optional.of(
                refused.isEmpty()
                        ? Finding.of(
                                FindingId.CERT_SEVERAL,
                                Severity.NOTICE,
                                host.name(),
                                seen + " Each keeps what is promised.")
                        : Finding.of(
                                FindingId.CERT_SEVERAL,
                                Severity.ERROR,
                                host.name(),
                                seen + " " + String.join(" ", refused),
                                new Mend("publish a TLSA record for each key, or give the certificate up", records)));
    }

    private static Established with(Established session, List<Certificate> chain) {
        SessionFacts f = session.facts();
        return new Established(
                session.address(),
                new SessionFacts(
                        f.version(),
                        f.suite(),
                        f.suiteCode(),
                        f.bits(),
                        f.group(),
                        f.signatureScheme(),
                        chain,
                        f.sni(),
                        f.alpn(),
                        f.resumed(),
                        f.extendedMasterSecret(),
                        f.secureRenegotiation()),
                session.ehlo());
    }
}
