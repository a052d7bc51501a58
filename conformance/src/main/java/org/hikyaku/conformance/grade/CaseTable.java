package org.hikyaku.conformance.grade;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which rule a domain of the catalogue decides, where that is not the first one that the catalogue names for it. By hand,
 * from docs/rules.md and the RFCs.
 */
final class CaseTable {
    /** Domains whose rule is one for publishers or for resolvers of other records: senders show nothing there. */
    static final Set<String> LEFT_OUT = Set.of(
            "dmarc-failing.example",
            "spf-failing.example",
            "caa-failing.example",
            "cert-expiring.example",
            "dnssec-expiring.example",
            "second-mx-refused.example",
            "mx-duplicate.example",
            "tlsrpt-absent.example");

    private static final Map<String, Entry> ENTRIES = entries();
    private static final Map<String, List<Special>> SPECIAL = specials();

    /** What a wrong second mail breaks, the most general first: who takes any certificate needs no memory for it. */
    private static final Map<String, List<String>> SECOND = Map.of(
            "later-record-gone.example", List.of("S8", "S3"),
            "later-id-blocked.example", List.of("S8", "S4"),
            "later-given-up.example", List.of("S13", "S4"),
            "later-enforced.example", List.of("S8", "S4"),
            "later-expired.example", List.of("S15"),
            "later-same-id.example", List.of("S13", "S15"),
            "later-restarted.example", List.of("S8", "S16"),
            "later-key.example", List.of("D11", "D23"));

    private CaseTable() {}

    /**
     * What the table says of a domain.
     *
     * @param rule the rule that it decides
     * @param free whether it decides none; what {@code blame} names is still wrong
     * @param proves as in {@link Case}
     */
    record Entry(
            Optional<Must> must,
            Optional<String> rule,
            boolean free,
            boolean proves,
            Map<Deviation, List<String>> blame,
            List<Area> needs) {
        private static final Entry NONE =
                new Entry(Optional.empty(), Optional.empty(), false, true, Map.of(), List.of());

        Entry decides(String number) {
            return new Entry(must, Optional.of(number), false, proves, blame, needs);
        }

        Entry decidesNothing() {
            return new Entry(must, Optional.empty(), true, false, blame, needs);
        }

        Entry must(Must other) {
            return new Entry(Optional.of(other), rule, free, proves, blame, needs);
        }

        /** Being right there is no proof, for who knows nothing does the same. */
        Entry unproved() {
            return new Entry(must, rule, free, false, blame, needs);
        }

        Entry blames(Deviation deviation, String... rules) {
            Map<Deviation, List<String>> more = new EnumMap<>(Deviation.class);
            more.putAll(blame);
            more.put(deviation, List.of(rules));
            return new Entry(must, rule, free, proves, more, needs);
        }

        Entry needs(Area... areas) {
            return new Entry(must, rule, free, proves, blame, List.of(areas));
        }
    }

    /** A case of a special kind of mail. */
    record Special(Probe probe, String rule, List<Area> needs) {}

    static Entry entry(String domain) {
        return ENTRIES.getOrDefault(domain, Entry.NONE);
    }

    /** Every domain that the table speaks of. */
    static Set<String> domains() {
        Set<String> all = new TreeSet<>(LEFT_OUT);
        all.addAll(ENTRIES.keySet());
        all.addAll(SPECIAL.keySet());
        all.addAll(SECOND.keySet());
        return all;
    }

    static List<Special> special(String domain) {
        return SPECIAL.getOrDefault(domain, List.of());
    }

    /** The rules that a wrong second mail to a domain that changes breaks. */
    static List<String> second(String domain) {
        List<String> rules = SECOND.get(domain);
        if (rules == null) {
            throw new IllegalStateException(
                    "CaseTable does not say which rule a second mail to " + domain + " decides");
        }
        return rules;
    }

    private static Entry decides(String rule) {
        return Entry.NONE.decides(rule);
    }

    private static Entry nothing() {
        return Entry.NONE.decidesNothing();
    }

    private static Map<String, Entry> entries() {
        Map<String, Entry> e = new LinkedHashMap<>();
        // DANE that is right: who holds mail back here has the rule wrong
        e.put("dane-ee-sha512.example", decides("D10"));
        e.put("dane-rollover.example", decides("D13"));
        e.put("dane-half-reachable.example", nothing());
        e.put("alias.hoster.example", decides("D15").unproved().blames(Deviation.HELD));
        // some senders put the name that an alias stands for into the recipient, so that the mail is not known again
        e.put("alias.old.dname.example", nothing());
        e.put("dane-unusable-pkix.example", decides("D10"));
        e.put("dane-unusable-type.example", decides("D10"));

        // a handshake without the name shows that the TLSA record there was not looked for
        e.put("dane-cname-original.example", decides("D6").blames(Deviation.WRONG_NAME, "D17", "D6"));
        e.put("dane-cname-insecure.example", decides("D5").blames(Deviation.WRONG_NAME, "D17", "D5"));
        e.put("dane-tlsa-cname.example", decides("D7").blames(Deviation.WRONG_NAME, "D17", "D7"));

        // DANE that is wrong
        e.put("dane-second-mx-broken.example", decides("D18").blames(Deviation.HANDED_OVER, "D11"));
        e.put("dane-first-mx-broken.example", decides("D21").blames(Deviation.HANDED_OVER, "D11"));
        e.put("dane-one-mx-only.example", decides("D18").blames(Deviation.PASSED_OVER, "D18"));
        e.put("dane-second-mx-plain.example", nothing());
        e.put("dane-garbage.example", decides("D9"));
        // D30: TLS 1.0 is not forbidden by RFC 7672; clear text is
        e.put("dane-tls10.example", nothing().must(Must.FREE));
        e.put("dane-insecure-mx.test", decides("D19").unproved());
        e.put("dane-unsigned-host.example", decides("D3").blames(Deviation.TLSA_ASKED, "D3"));
        e.put("dane-in-vain.test", decides("D23"));

        // MX and addresses
        e.put("port-refused.example", nothing());
        e.put("port-dropped.example", nothing());
        e.put("mx-address-literal.example", decides("D22"));
        e.put("mx-dangling.example", nothing());

        // nothing is promised
        e.put("plain.example", nothing());
        e.put("self-signed.example", nothing());
        e.put("cert-expired.example", nothing());
        e.put("cert-wrong-name.example", nothing());
        e.put("chain-incomplete.example", nothing());
        e.put("chain-wrong-order.example", nothing());
        e.put("tls10.example", nothing());

        // MTA-STS
        e.put("sts-tls10.example", nothing().must(Must.FREE));
        e.put("sts-one-mx-bad.example", decides("S11").blames(Deviation.HANDED_OVER, "S8"));
        e.put("sts-record-invalid.example", decides("S2").blames(Deviation.POLICY_READ, "S2"));
        e.put("sts-two-records.example", decides("S2").blames(Deviation.POLICY_READ, "S2"));
        e.put("sts-redirect.example", decides("S5").blames(Deviation.HELD, "S17", "S5"));
        e.put("sts-duplicate-mode.example", decides("S6").blames(Deviation.HELD, "S13", "S6"));
        for (String web : List.of("sts-web-self-signed", "sts-web-expired", "sts-web-wrong-name")) {
            e.put(web + ".example", decides("S5").blames(Deviation.POLICY_READ, "S5"));
        }
        // what these serve would bind to the host that takes mail anyway
        e.put("sts-no-max-age.example", decides("S6").unproved());
        e.put("sts-max-age-11-digits.example", decides("S6").unproved());
        e.put("sts-too-big.example", decides("S5").unproved());
        e.put("sts-content-type.example", nothing());

        // both
        e.put("sts-and-dane.example", decides("S1").unproved());
        e.put("sts-good-dane-bad.example", decides("S1").blames(Deviation.HANDED_OVER, "D11", "S1"));
        e.put("sts-bad-dane-good.example", decides("S1").needs(Area.DANE, Area.MTA_STS));
        e.put("sts-insecure-mx-dane.test", decides("S1").unproved());
        e.put("sts-foreign-dane.test", decides("S1").blames(Deviation.HANDED_OVER, "S7", "S1"));
        e.put("sts-dane-tlsa-servfail.example", decides("S1").blames(Deviation.HANDED_OVER, "D1", "S1"));

        // DNSSEC
        e.put("dnssec-skew.example", nothing());
        for (String open : List.of(
                "unsigned.example", "unsigned-opt-out.test", "unsigned-nsec3.jp", "mail.unsigned", "rsasha1.example")) {
            e.put(open, nothing());
        }
        e.put("signed-island.unsigned", decides("D23"));

        // one host, two domains: what is good enough for one is not for the other
        e.put("shared-plain.example", nothing());
        e.put("shared-sts.example", decides("D26").blames(Deviation.HANDED_OVER, "S8", "D26"));

        // TLS-RPT: the domains are well-kept, and decide nothing but by the reports that come
        e.put("tlsrpt-invalid.example", nothing());
        e.put("tlsrpt-two.example", nothing());
        e.put("tlsrpt-several.example", nothing());
        return e;
    }

    private static void put(
            Map<String, List<Special>> specials, String domain, Probe probe, String rule, Area... needs) {
        specials.put(domain, List.of(new Special(probe, rule, List.of(needs))));
    }

    private static Map<String, List<Special>> specials() {
        Map<String, List<Special>> s = new LinkedHashMap<>();
        put(s, "requiretls-dane.example", Probe.REQUIRE_TLS, "Q3");
        put(s, "requiretls-sts.example", Probe.REQUIRE_TLS, "Q3");
        put(s, "requiretls-opportunistic.example", Probe.REQUIRE_TLS, "Q3");
        put(s, "requiretls-unusable.example", Probe.REQUIRE_TLS, "Q4");
        put(s, "requiretls-testing.example", Probe.REQUIRE_TLS, "Q4");
        put(s, "requiretls-absent.example", Probe.REQUIRE_TLS, "Q6");
        put(s, "requiretls-clear-only.example", Probe.REQUIRE_TLS, "Q6");
        put(s, "requiretls-second-mx.example", Probe.REQUIRE_TLS, "Q5");
        put(s, "requiretls-no-starttls.example", Probe.REQUIRE_TLS, "Q7");
        put(s, "tls-required-no-dane.example", Probe.TLS_OPTIONAL, "Q9", Area.DANE);
        put(s, "tls-required-no-sts.example", Probe.TLS_OPTIONAL, "Q9", Area.MTA_STS);
        return s;
    }
}
