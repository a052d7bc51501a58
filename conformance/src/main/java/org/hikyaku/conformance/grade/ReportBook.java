package org.hikyaku.conformance.grade;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.hikyaku.lab.Catalogue;
import org.hikyaku.lab.Expectation;
import org.hikyaku.lab.Expectation.Requirement;
import org.hikyaku.lab.Expectation.Sts;
import org.hikyaku.lab.Expectation.Verdict;
import org.hikyaku.lab.LabDomain;
import org.hikyaku.tlsrpt.PolicyType;
import org.xbill.DNS.Name;

/** What a correct TLS report about each domain says: follows from the judgement that the catalogue holds by hand. */
final class ReportBook {
    private static final List<String> WITHOUT = List.of("tlsrpt-absent", "tlsrpt-invalid");

    private final Map<Name, Long> usedBy = new HashMap<>();

    ReportBook(Catalogue catalogue) {
        for (LabDomain domain : catalogue.domains()) {
            domain.expectation().hosts().keySet().forEach(h -> usedBy.merge(h, 1L, Long::sum));
        }
    }

    /** @param base the TLSA base domain of each host */
    Reporting of(LabDomain domain, Map<Name, String> base) {
        Expectation expectation = domain.expectation();
        List<Reporting.Policy> policies = new ArrayList<>();
        Set<PolicyType> allowed = EnumSet.noneOf(PolicyType.class);
        // mails of special kinds are dealt with as those domains do not ask for: their sessions cannot be told apart
        boolean plain = CaseTable.special(domain.text()).isEmpty();
        expectation.hosts().forEach((name, host) -> {
            if (host.requirement() == Requirement.DANE || host.requirement() == Requirement.BOTH) {
                policies.add(new Reporting.Policy(
                        PolicyType.TLSA,
                        base.getOrDefault(name, name.toString(true)),
                        List.of(name.toString(true)),
                        plain && alone(name),
                        "",
                        failure(name, host)));
            }
        });
        List<Map.Entry<Name, Expectation.Host>> sts = expectation.hosts().entrySet().stream()
                .filter(h -> expectation.sts() == Sts.TESTING || underSts(h.getValue()))
                .toList();
        if (!sts.isEmpty()) {
            Map<String, String> failures = new HashMap<>();
            sts.forEach(h -> failures.putAll(failure(h.getKey(), h.getValue())));
            policies.add(new Reporting.Policy(
                    PolicyType.STS,
                    domain.text(),
                    sts.stream().map(h -> h.getKey().toString(true)).toList(),
                    plain
                            && sts.stream().allMatch(h -> alone(h.getKey()))
                            // where DANE fails already, MTA-STS may count or not
                            && sts.stream().noneMatch(h -> bothAndRefused(h.getValue()))
                            // a host outside the policy is counted without a session
                            && expectation.hosts().values().stream()
                                    .noneMatch(h -> h.requirement() == Requirement.REFUSE
                                            || h.shortfall().equals(Optional.of("S7"))),
                    expectation.sts() == Sts.TESTING ? "testing" : "enforce",
                    failures));
        }
        if (expectation.sts() != Sts.ABSENT) {
            // a policy that could not be had may be reported, and one in mode none
            allowed.add(PolicyType.STS);
        }
        if (expectation.hosts().values().stream()
                .anyMatch(h -> h.requirement() == Requirement.ENCRYPT || h.requirement() == Requirement.REFUSE)) {
            // records that are unusable, or that could not be looked up
            allowed.add(PolicyType.TLSA);
        }
        if (policies.isEmpty()
                || expectation.hosts().values().stream()
                        .anyMatch(h -> h.requirement() == Requirement.OPPORTUNISTIC
                                || h.requirement() == Requirement.REFUSE)) {
            allowed.add(PolicyType.NO_POLICY_FOUND);
        }
        if (domain.later().isPresent()) {
            // its policies change within the day
            policies.clear();
            allowed.addAll(EnumSet.allOf(PolicyType.class));
        }
        return new Reporting(
                expectation.warnings().stream().noneMatch(WITHOUT::contains)
                        && !addresses(domain).isEmpty(),
                addresses(domain),
                policies,
                allowed);
    }

    private boolean alone(Name host) {
        return usedBy.getOrDefault(host, 0L) == 1L;
    }

    private static boolean underSts(Expectation.Host host) {
        return host.requirement() == Requirement.STS || host.requirement() == Requirement.BOTH;
    }

    private static boolean bothAndRefused(Expectation.Host host) {
        return host.requirement() == Requirement.BOTH && host.verdicts().contains(Verdict.REFUSED);
    }

    private static Map<String, String> failure(Name name, Expectation.Host host) {
        return host.resultType().map(t -> Map.of(name.toString(true), t)).orElse(Map.of());
    }

    /** RFC 8460 section 3: {@code rua=URI,URI}. */
    private static List<String> addresses(LabDomain domain) {
        return domain.setup().tlsrpt().stream()
                .flatMap(List::stream)
                .flatMap(text -> Stream.of(text.split(";")))
                .map(String::strip)
                .filter(field -> field.startsWith("rua="))
                .flatMap(field -> Stream.of(field.substring("rua=".length()).split(",")))
                .map(uri -> uri.startsWith("mailto:") ? uri.substring("mailto:".length()) : uri)
                .toList();
    }
}
