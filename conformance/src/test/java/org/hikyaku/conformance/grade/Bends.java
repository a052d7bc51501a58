package org.hikyaku.conformance.grade;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.hikyaku.dns.Answer;
import org.hikyaku.policy.DeliveryPlan.Requirement;
import org.hikyaku.policy.DomainObservation;
import org.hikyaku.policy.ResultType;
import org.hikyaku.policy.StsObservation;
import org.hikyaku.policy.StsPolicy;
import org.hikyaku.policy.TlsaRecord;
import org.hikyaku.smtp.SessionOutcome;
import org.xbill.DNS.Type;

/** Every wrong that a sender is tried with, and who must show it. */
final class Bends {
    private Bends() {}

    /** A sender that does one thing wrong, and the cases that must show it, each with the rule. */
    record Wrong(String name, Conscience sender, Map<String, Set<String>> shown) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Wrong wrong(String name, Conscience sender, String... shown) {
        Map<String, Set<String>> all = new TreeMap<>();
        for (String line : shown) {
            String[] words = line.split(" (?=[^ ]+$)");
            all.put(words[0], new TreeSet<>(List.of(words[1].split(","))));
        }
        return new Wrong(name, sender, all);
    }

    private static boolean hasSts(DomainObservation seen) {
        return seen.sts() instanceof StsObservation.InForce f && f.policy().mode() == StsPolicy.Mode.ENFORCE;
    }

    private static boolean hasTlsa(DomainObservation seen) {
        return seen.hosts().values().stream()
                .anyMatch(h -> h.tlsa().stream()
                        .anyMatch(t -> t.answer() instanceof Answer.Secure a
                                && !a.content().recordsOrNone().isEmpty()));
    }

    /** Those of the default run; all of them run under the tag long. */
    static List<Wrong> few(GradedLab lab) {
        return List.of(
                wrong(
                        "skips the name check of DANE-TA",
                        Bent.overlooks((plan, refusal) -> Bent.isDane(plan)
                                && refusal.type().equals(Optional.of(ResultType.CERTIFICATE_HOST_MISMATCH))),
                        "dane-ta-wrong-name.example D12"),
                wrong(
                        "falls back to clear text after a failed handshake",
                        Bent.fallsBackAfter(SessionOutcome.HandshakeFailed.class),
                        "dane-garbage.example D9",
                        "dane-tls10.example D9",
                        "sts-tls10.example S19"),
                wrong(
                        "falls back to clear text where there is no STARTTLS",
                        Bent.fallsBackAfter(SessionOutcome.NoStartTls.class),
                        "dane-no-starttls.example D9",
                        "dane-starttls-454.example D9",
                        "dane-unusable-no-starttls.example D9",
                        "sts-no-starttls.example S19"),
                wrong(
                        "takes a failed TLSA look-up for none",
                        Bent.tlsaFailuresAreNothing(),
                        "dane-tlsa-servfail.example D1",
                        "dane-tlsa-bogus.example D1",
                        "dnssec-no-denial.example D1",
                        "sts-dane-tlsa-servfail.example D1"),
                wrong(
                        "takes what is not signed for signed",
                        Bent.trustsUnsigned(Set.of(Type.A, Type.AAAA, Type.TLSA)),
                        "dane-in-vain.test D23",
                        "dane-unsigned-host.example D3"),
                wrong(
                        "lets MTA-STS decide although there is DANE",
                        Bent.plans((seen, demand) -> hasSts(seen) ? Optional.of(Bent.WITHOUT_DANE) : Optional.empty()),
                        "sts-good-dane-bad.example S1",
                        "sts-bad-dane-good.example S1",
                        "sts-dane-tlsa-servfail.example S1"),
                wrong(
                        "lets DANE decide behind unsigned MX records",
                        Bent.plans((seen, demand) -> hasTlsa(seen) ? Optional.of(Bent.WITHOUT_STS) : Optional.empty()),
                        "sts-foreign-dane.test S1"),
                wrong(
                        "takes testing for enforce",
                        Bent.policyMode(StsPolicy.Mode.TESTING, StsPolicy.Mode.ENFORCE),
                        "sts-testing-mismatch.example S12",
                        "sts-testing-self-signed.example S12"),
                wrong(
                        "takes a common name",
                        Bent.overlooks((plan, refusal) -> refusal.rule().equals("S10")),
                        "sts-cn-only.example S10"),
                wrong(
                        "forgets a policy when its record is gone",
                        BentMemory.forgetsWithTheRecord(),
                        "later-record-gone.example (later) S3"),
                wrong(
                        "ignores max_age",
                        BentMemory.ignoresMaxAge(),
                        "later-expired.example (later) S15",
                        "later-same-id.example (later) S15"),
                wrong(
                        "forgets policies at a restart",
                        BentMemory.forgetsAtARestart(),
                        "later-restarted.example (restarted) S16"),
                wrong(
                        "knows no TLS-Required: No",
                        Bent.knowsNoTlsRequired(),
                        "tls-required-no-dane.example (tls-optional) Q9",
                        "tls-required-no-sts.example (tls-optional) Q9"));
    }

    static List<Wrong> more(GradedLab lab) {
        return List.of(
                wrong(
                        "ignores TLSA",
                        Bent.plans((seen, demand) -> Optional.of(Bent.WITHOUT_DANE)),
                        "dane-mismatch.example D11",
                        "dane-agility-reverse.example D25",
                        "dane-unusable-no-starttls.example D9",
                        "dane-ta-missing.example D14",
                        "dane-ta-wrong-name.example D12",
                        "dane-ta-expired.example D12",
                        "dane-tlsa-servfail.example D1",
                        "dane-tlsa-bogus.example D1",
                        "dane-no-starttls.example D9",
                        "dane-starttls-454.example D9",
                        "dane-garbage.example D9",
                        "dane-first-mx-broken.example D11",
                        "dnssec-no-denial.example D1",
                        "sts-good-dane-bad.example D11",
                        "tlsrpt-broken-dane.example D11",
                        "sts-dane-tlsa-servfail.example D1"),
                wrong(
                        "accepts an expired certificate under DANE-TA",
                        Bent.overlooks((plan, refusal) -> Bent.isDane(plan)
                                && refusal.type().equals(Optional.of(ResultType.CERTIFICATE_EXPIRED))),
                        "dane-ta-expired.example D12"),
                wrong(
                        "needs no anchor in the handshake",
                        Bent.overlooks((plan, refusal) -> refusal.rule().equals("D14")),
                        "dane-ta-missing.example D14"),
                wrong(
                        "takes any key under DANE-EE",
                        Bent.overlooks((plan, refusal) -> refusal.rule().equals("D11")),
                        "dane-mismatch.example D11",
                        "dane-first-mx-broken.example D11",
                        "sts-good-dane-bad.example D11",
                        "tlsrpt-broken-dane.example D11",
                        "later-key.example (later) D11"),
                wrong(
                        "knows no digest agility",
                        Bent.overlooks((plan, refusal) -> refusal.rule().equals("D25")),
                        "dane-agility-reverse.example D25"),
                wrong(
                        "checks dates under DANE-EE",
                        Bent.refuses((plan, e) -> Bent.isDane(plan)
                                && e.facts()
                                        .chain()
                                        .getFirst()
                                        .notAfter()
                                        .isBefore(lab.clock().instant())),
                        "dane-ee-expired.example D11"),
                wrong(
                        "checks names under DANE-EE",
                        Bent.refuses((plan, e) -> Bent.isDane(plan)
                                && plan.requirement() instanceof Requirement.Dane d
                                && d.records().getFirst().usage() == TlsaRecord.DANE_EE
                                && !e.facts()
                                        .chain()
                                        .getFirst()
                                        .dnsNames()
                                        .contains(plan.sni().toString(true))),
                        "dane-ee-wrong-name.example D11"),
                wrong(
                        "knows no whole anchors in the DNS",
                        Bent.knowsNoWholeAnchors(),
                        "dane-ta-full.example D14",
                        "dane-ta-bare-key.example D14"),
                wrong(
                        "wants all records to match",
                        Bent.wantsAllRecordsToMatch(),
                        "dane-rollover.example D13",
                        "dane-ee-and-ta.example D13"),
                wrong(
                        "refuses where no record is usable",
                        Bent.refuses((plan, e) -> plan.requirement() instanceof Requirement.Encrypt),
                        "dane-unusable-pkix.example D10",
                        "dane-unusable-type.example D10"),
                wrong(
                        "takes unusable records for none",
                        Bent.requires(r -> r instanceof Requirement.Encrypt ? new Requirement.Opportunistic() : r),
                        "dane-unusable-no-starttls.example D9"),
                wrong(
                        "asks for TLSA everywhere",
                        Bent.asksTlsaEverywhere(lab.lookup()),
                        "dane-unsigned-host.example D3"),
                wrong("needs both address families", Bent.needsBothFamilies(), "dane-aaaa-servfail.example D4"),
                wrong(
                        "names the MX host behind an alias",
                        Bent.names(plan -> Optional.of(plan.host().toString(true))),
                        "dane-cname-target.example D17"),
                wrong("puts DANE hosts first", Bent.promotesDane(), "dane-one-mx-only.example D18"),
                wrong(
                        "stops at the first host that fails",
                        Bent.stopsAtTheFirst(),
                        "dane-first-mx-broken.example D21",
                        "sts-one-mx-bad.example S11",
                        "requiretls-second-mx.example (requiretls) Q5"),
                wrong(
                        "takes any certificate under MTA-STS",
                        Bent.overlooks((plan, refusal) -> plan.requirement() instanceof Requirement.StsPkix
                                && refusal.rule().equals("S8")),
                        "sts-self-signed.example S8",
                        "sts-expired.example S8",
                        "sts-wrong-name.example S8",
                        "sts-chain-incomplete.example S8",
                        "sts-one-mx-bad.example S8",
                        "shared-sts.example S8",
                        "later-record-gone.example (later) S8",
                        "later-id-blocked.example (later) S8",
                        "later-enforced.example (later) S8",
                        "later-restarted.example (restarted) S8"),
                wrong(
                        "takes the first of several policy records",
                        Bent.takesTheFirstPolicyRecord(),
                        "sts-two-records.example S2"),
                wrong(
                        "follows redirects",
                        Bent.followsRedirects("sts-redirect.example", "sts-enforce.example"),
                        "sts-redirect.example S5"),
                wrong(
                        "takes enforce for testing",
                        Bent.policyMode(StsPolicy.Mode.ENFORCE, StsPolicy.Mode.TESTING),
                        "sts-mx-mismatch.example S7",
                        "sts-self-signed.example S8",
                        "sts-expired.example S8",
                        "sts-wrong-name.example S8",
                        "sts-cn-only.example S10",
                        "sts-chain-incomplete.example S8",
                        "sts-no-starttls.example S19",
                        "sts-one-mx-bad.example S8",
                        "shared-sts.example S8",
                        "sts-foreign-dane.test S7"),
                wrong(
                        "sends STARTTLS where it is not offered",
                        Bent.sendsStartTlsBlindly(),
                        "dane-no-starttls.example S19",
                        "dane-unusable-no-starttls.example S19",
                        "no-starttls.example S19",
                        "sts-no-starttls.example S19"),
                wrong(
                        "drops the word REQUIRETLS where it is not offered",
                        Bent.handsOnWithout(true),
                        "requiretls-absent.example (requiretls) Q6",
                        "requiretls-clear-only.example (requiretls) Q6",
                        "requiretls-second-mx.example (requiretls) Q6"),
                wrong(
                        "takes encryption for enough under REQUIRETLS",
                        Bent.overlooks((plan, refusal) -> plan.requirement() instanceof Requirement.VerifiedName),
                        "requiretls-opportunistic.example (requiretls) Q3",
                        "requiretls-testing.example (requiretls) Q4",
                        "requiretls-unusable.example (requiretls) Q4"),
                wrong(
                        "shows the text of a mail under REQUIRETLS in its notice",
                        Bent.showsTheText(),
                        "requiretls-absent.example (requiretls) Q8",
                        "requiretls-clear-only.example (requiretls) Q8",
                        "requiretls-no-starttls.example (requiretls) Q8",
                        "requiretls-opportunistic.example (requiretls) Q8",
                        "requiretls-testing.example (requiretls) Q8",
                        "requiretls-unusable.example (requiretls) Q8"),
                wrong(
                        "keeps a stale policy after the id has changed",
                        BentMemory.ignoresNewIds(lab.clock()),
                        "later-given-up.example (later) S4",
                        "later-enforced.example (later) S4"),
                wrong(
                        "makes a policy's life longer while the id is the same",
                        BentMemory.extendsWhatHasTheSameId(),
                        "later-same-id.example (later) S15"),
                wrong("keeps TLSA records for ever", BentMemory.keepsTlsaRecords(), "later-key.example (later) D23"),
                wrong(
                        "takes none for enforce",
                        Bent.policyMode(StsPolicy.Mode.NONE, StsPolicy.Mode.ENFORCE),
                        "later-given-up.example (later) S13",
                        "later-same-id.example (later) S13",
                        "sts-duplicate-mode.example S13",
                        "sts-none-self-signed.example S13"),
                wrong(
                        "takes the last of duplicate fields",
                        BentMemory.takesTheLastField(),
                        "sts-duplicate-mode.example S6"),
                wrong("waits for every host", BentRoutes.waitsForEveryHost(), "mx-dangling-second.example D2"),
                wrong(
                        "sends mail back where there is no MX",
                        BentRoutes.wantsMxRecords(),
                        "dane-no-mx.example D20",
                        "nsec3-no-mx.example D20"),
                wrong(
                        "takes addresses in MX records",
                        BentRoutes.takesAddressesInMx(lab.smtpPort()),
                        "mx-address-literal.example D22"),
                wrong(
                        "waits for a policy host that cannot be reached",
                        BentRoutes.waitsForThePolicy(),
                        "sts-404.example S17",
                        "sts-host-absent.example S17",
                        "sts-host-refused.example S17",
                        "sts-redirect.example S17"),
                wrong("wants a secure MX", BentRoutes.wantsSecureMx(), "dane-insecure-mx.test D19"),
                wrong(
                        "knows the host's name alone",
                        BentRoutes.knowsTheHostsNameAlone(),
                        "dane-ta-next-hop.example D15"),
                wrong(
                        "does not look behind insecure aliases",
                        BentRoutes.knowsNoInsecureAliases(),
                        "dane-cname-insecure.example D5"),
                wrong(
                        "tries the expanded name alone",
                        BentRoutes.triesTheExpandedNameAlone(),
                        "dane-cname-original.example D6"),
                wrong(
                        "follows no alias of TLSA records",
                        BentRoutes.followsNoTlsaAlias(),
                        "dane-tlsa-cname.example D7"),
                wrong(
                        "tries one host under REQUIRETLS",
                        BentRoutes.triesOneHostUnderRequireTls(),
                        "requiretls-second-mx.example (requiretls) Q5"),
                wrong(
                        "sends in clear, and without the word, under REQUIRETLS",
                        BentRoutes.sendsInClearUnderRequireTls(),
                        "requiretls-no-starttls.example (requiretls) Q7"),
                wrong(
                        "loses a policy that cannot be renewed",
                        BentMemory.losesWhatCannotBeRenewed(),
                        "later-id-blocked.example (later) S4"),
                wrong("reuses connections", BentMemory.reusesConnections(), "shared-sts.example D26"),
                wrong(
                        "gives mail up after a failed authentication",
                        Bent.givesUp(),
                        "dane-mismatch.example D21",
                        "dane-agility-reverse.example D21",
                        "dane-unusable-no-starttls.example D21",
                        "dane-ta-missing.example D21",
                        "dane-ta-wrong-name.example D21",
                        "dane-ta-expired.example D21",
                        "dane-no-starttls.example D21",
                        "dane-starttls-454.example D21",
                        "dane-garbage.example D21",
                        "sts-mx-mismatch.example S11",
                        "sts-self-signed.example S11",
                        "shared-sts.example S11",
                        "sts-expired.example S11",
                        "sts-wrong-name.example S11",
                        "sts-cn-only.example S11",
                        "sts-chain-incomplete.example S11",
                        "sts-no-starttls.example S11",
                        "sts-good-dane-bad.example D21",
                        "tlsrpt-broken-dane.example D21",
                        "sts-foreign-dane.test S11",
                        "later-key.example (later) D21",
                        "later-record-gone.example (later) S11",
                        "later-id-blocked.example (later) S11",
                        "later-enforced.example (later) S11",
                        "later-restarted.example (restarted) S11"));
    }
}
