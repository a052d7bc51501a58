package org.hikyaku.check.interop;

import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hikyaku.dns.interop.ZoneSigner;
import org.hikyaku.dns.interop.ZoneSigner.Signed;
import org.hikyaku.dns.interop.ZoneSigner.Signing;
import org.hikyaku.net.interop.NginxServer.Site;
import org.hikyaku.policy.TlsaRecord;
import org.hikyaku.smtp.interop.PostfixServer.Mx;
import org.hikyaku.x509.Certificate;
import org.hikyaku.x509.CertificateMaker;
import org.hikyaku.x509.CertificateMaker.Authority;
import org.hikyaku.x509.CertificateTemplate;
import org.hikyaku.x509.Credential;
import org.hikyaku.x509.KeyChoice;
import org.xbill.DNS.Name;

/**
 * A signed root, two top-level domains ({@code example} with NSEC, {@code jp} with NSEC3), and below them one mail domain
 * for each case, with one property or flaw. What is right for each stands in {@link MailInteropTest}.
 */
final class MailInternet {

    /** How a domain's zone is signed, or not. */
    private enum Zone {
        SIGNED,
        RSA,
        ED25519,
        /** No DS, no signatures. */
        UNSIGNED,
        /** Signatures that ended two days ago. */
        EXPIRED,
        /** The DS is that of another key. */
        OTHER_DS,
        /** Records that were changed after signing. */
        CHANGED,
        /** TLSA records that were changed after signing. */
        CHANGED_TLSA
    }

    private record Domain(String name, Zone zone, String records) {}

    private static final Duration DAY = Duration.ofDays(1);

    private final String prefix;
    private final Instant now;
    private final Signing usual;
    private final CertificateMaker maker = CertificateMaker.seeded("MailInternet");
    private final Authority root;
    private final Authority middle;
    private final List<Domain> domains = new ArrayList<>();
    private final List<Mx> hosts = new ArrayList<>();
    private final List<Site> sites = new ArrayList<>();
    private final Map<Name, Path> zones = new LinkedHashMap<>();
    private String rootAnchor = "";

    /** @param prefix the first two bytes of all addresses: {@code 127.79} */
    MailInternet(String prefix, Instant now) {
        this.prefix = prefix;
        this.now = now;
        this.usual = Signing.usual(now);
        this.root = maker.root(authority("Interop Root"), KeyChoice.EC_P256);
        this.middle = maker.intermediate(authority("Interop Middle"), KeyChoice.EC_P256, root);
        dane();
        daneTrustAnchors();
        dnssec();
        mxRecords();
        noDane();
        sts();
    }

    List<Mx> hosts() {
        return hosts;
    }

    List<Site> sites() {
        return sites;
    }

    Certificate authority() {
        return root.certificate();
    }

    String authorityPem() {
        return root.credential().chainPem();
    }

    String resolverAddress() {
        return prefix + ".0.53";
    }

    String policyAddress() {
        return prefix + ".2.1";
    }

    /** The zones, once they are {@linkplain #sign signed}. */
    Map<Name, Path> zones() {
        return zones;
    }

    String rootAnchor() {
        return rootAnchor;
    }

    /** Signs all zones, with TLSA records for this port. */
    void sign(Path folder, int port) throws IOException, InterruptedException {
        ZoneSigner signer = new ZoneSigner(folder);
        StringBuilder example = new StringBuilder(apex("example."));
        StringBuilder jp = new StringBuilder(apex("jp."));
        for (Domain domain : domains) {
            String text = apex(domain.name()) + domain.records().replace("PORT", Integer.toString(port));
            (domain.name().endsWith(".jp.") ? jp : example).append(delegation(signer, domain, text));
        }
        String top = delegation("example.", zone("example.", signer.sign("example.", example.toString(), usual)))
                + delegation("jp.", zone("jp.", signer.sign("jp.", jp.toString(), usual.with("-3", "-", "-H", "0"))));
        Signed signed = signer.sign(".", apex(".") + top, usual);
        zone(".", signed);
        rootAnchor = signed.ds();
    }

    private String delegation(ZoneSigner signer, Domain domain, String text) throws IOException, InterruptedException {
        String name = domain.name();
        Signing signing = name.endsWith(".jp.") ? usual.with("-3", "AB", "-H", "0") : usual;
        return switch (domain.zone()) {
            case SIGNED -> delegation(name, zone(name, signer.sign(name, text, signing)));
            case RSA -> delegation(name, zone(name, signer.sign(name, text, signing.algorithm("RSASHA256", 2048))));
            case ED25519 -> delegation(name, zone(name, signer.sign(name, text, signing.algorithm("ED25519", 0))));
            case UNSIGNED -> {
                zones.put(Name.fromConstantString(name), signer.unsigned(name, text));
                yield delegation(name, "");
            }
            case EXPIRED -> {
                Signing past = signing.during(now.minus(DAY.multipliedBy(12)), now.minus(DAY.multipliedBy(2)));
                yield delegation(name, zone(name, signer.sign(name, text, past)));
            }
            case OTHER_DS -> {
                String ds = zone(name, signer.sign(name, text, signing));
                yield delegation(name, ds.replaceAll("( 13 2 [0-9A-F]{4})[0-9A-F]{8}", "$100000000"));
            }
            case CHANGED -> {
                Signed signed = signer.sign(name, text, signing);
                ZoneSigner.edit(
                        signed.file(), lines -> lines.map(l -> l.replaceFirst("\\sMX\\s+10 mx\\.", " MX 11 mx.")));
                yield delegation(name, zone(name, signed));
            }
            case CHANGED_TLSA -> {
                Signed signed = signer.sign(name, text, signing);
                ZoneSigner.edit(
                        signed.file(), lines -> lines.map(l -> l.replaceFirst("\\sTLSA\\s+3 1 1 ", " TLSA 3 0 1 ")));
                yield delegation(name, zone(name, signed));
            }
        };
    }

    private String zone(String name, Signed signed) {
        zones.put(Name.fromConstantString(name), signed.file());
        return signed.ds();
    }

    private static String apex(String zone) {
        String dot = zone.equals(".") ? "" : zone;
        return """
                $TTL 300
                $ORIGIN %s
                @ IN SOA ns.%s hostmaster.%s 1 3600 600 86400 300
                @ IN NS ns.%s
                ns.%s IN A 127.0.0.1
                """.formatted(zone, dot, dot, dot, dot);
    }

    private static String delegation(String zone, String ds) {
        return zone + " IN NS ns." + zone + "\nns." + zone + " IN A 127.0.0.1\n" + ds;
    }

    // ---- the cases

    private void dane() {
        Credential c = good("dane311.example.");
        domain("dane311.example.", Zone.SIGNED, mx("dane311.example.", c), tlsa(3, 1, 1, c));
        c = good("dane301.example.");
        domain("dane301.example.", Zone.SIGNED, mx("dane301.example.", c), tlsa(3, 0, 1, c));
        c = good("dane312.example.");
        domain("dane312.example.", Zone.RSA, mx("dane312.example.", c), tlsa(3, 1, 2, c));
        c = good("dane310.example.");
        domain("dane310.example.", Zone.ED25519, mx("dane310.example.", c), tlsa(3, 1, 0, c));
        c = good("mismatch.example.");
        domain("mismatch.example.", Zone.SIGNED, mx("mismatch.example.", c), tlsa(3, 1, 1, other()));
        c = good("rollover.example.");
        domain("rollover.example.", Zone.SIGNED, mx("rollover.example.", c), tlsa(3, 1, 1, other()), tlsa(3, 1, 1, c));
        c = good("unusable.example.");
        domain("unusable.example.", Zone.SIGNED, mx("unusable.example.", c), tlsa(1, 1, 1, c), tlsa(0, 0, 1, c));
        c = good("matching7.example.");
        domain(
                "matching7.example.",
                Zone.SIGNED,
                mx("matching7.example.", c),
                tlsa(3, 1, 1, c).replace(" 3 1 1 ", " 3 1 7 "));
        c = maker.server(template("mx.expired-ee.example").withDates(past(60), past(1)), KeyChoice.EC_P256, middle);
        domain("expired-ee.example.", Zone.SIGNED, mx("expired-ee.example.", c), tlsa(3, 1, 1, c));
        c = maker.server(template("other.invalid"), KeyChoice.EC_P256, middle);
        domain("wrongname-ee.example.", Zone.SIGNED, mx("wrongname-ee.example.", c), tlsa(3, 1, 1, c));
        c = selfSigned("mx.self.example");
        domain("self.example.", Zone.SIGNED, mx("self.example.", c), tlsa(3, 1, 1, c));
        c = good("agility.example.");
        // Digest agility: SHA2-512 is the stronger one, so the SHA2-256 record that would match does not count.
        domain("agility.example.", Zone.SIGNED, mx("agility.example.", c), tlsa(3, 1, 1, c), tlsa(3, 1, 2, other()));
        c = good("notls.example.");
        domain("notls.example.", Zone.SIGNED, mxInClear("notls.example."), tlsa(3, 1, 1, c));
    }

    private void daneTrustAnchors() {
        Credential c = good("dane211.example.");
        domain("dane211.example.", Zone.SIGNED, mx("dane211.example.", c), tlsa(2, 1, 1, middle.certificate()));
        c = withRoot(good("dane201.example."));
        domain("dane201.example.", Zone.SIGNED, mx("dane201.example.", c), tlsa(2, 0, 1, root.certificate()));
        c = good("noanchor.example.");
        domain("noanchor.example.", Zone.SIGNED, mx("noanchor.example.", c), tlsa(2, 0, 1, root.certificate()));
        Credential alone = good("alone.example.");
        alone = alone.withChain(List.of(alone.certificate()));
        domain("alone.example.", Zone.SIGNED, mx("alone.example.", alone), tlsa(2, 1, 1, middle.certificate()));
        c = good("wholeanchor.example.");
        // The record holds the whole certificate: the server need not send it.
        domain("wholeanchor.example.", Zone.SIGNED, mx("wholeanchor.example.", c), tlsa(2, 0, 0, root.certificate()));
        c = maker.server(template("other.invalid"), KeyChoice.EC_P256, middle);
        domain(
                "wrongname-ta.example.",
                Zone.SIGNED,
                mx("wrongname-ta.example.", c),
                tlsa(2, 1, 1, middle.certificate()));
        c = maker.server(template("domainname-ta.example"), KeyChoice.EC_P256, middle);
        // D15: the next-hop domain is a reference identifier too.
        domain(
                "domainname-ta.example.",
                Zone.SIGNED,
                mx("domainname-ta.example.", c),
                tlsa(2, 1, 1, middle.certificate()));
        c = maker.server(template("mx.expired-ta.example").withDates(past(60), past(1)), KeyChoice.EC_P256, middle);
        domain("expired-ta.example.", Zone.SIGNED, mx("expired-ta.example.", c), tlsa(2, 1, 1, middle.certificate()));
    }

    private void dnssec() {
        Credential c = good("nsec3.jp.");
        domain("nsec3.jp.", Zone.SIGNED, mx("nsec3.jp.", c), tlsa(3, 1, 1, c));
        c = good("unsigned.jp.");
        domain("unsigned.jp.", Zone.UNSIGNED, mx("unsigned.jp.", c), tlsa(3, 1, 1, c));
        c = good("bogus.example.");
        domain("bogus.example.", Zone.CHANGED, mx("bogus.example.", c), tlsa(3, 1, 1, c));
        c = good("bogustlsa.example.");
        domain("bogustlsa.example.", Zone.CHANGED_TLSA, mx("bogustlsa.example.", c), tlsa(3, 1, 1, c));
        c = good("ended.example.");
        domain("ended.example.", Zone.EXPIRED, mx("ended.example.", c), tlsa(3, 1, 1, c));
        c = good("otherds.jp.");
        domain("otherds.jp.", Zone.OTHER_DS, mx("otherds.jp.", c), tlsa(3, 1, 1, c));
    }

    private void mxRecords() {
        Credential c = maker.server(template("real.cname.example", "mx.cname.example"), KeyChoice.EC_P256, middle);
        domain(
                "cname.example.",
                Zone.SIGNED,
                mx("cname.example.", c).replace("mx IN A", "mx IN CNAME real\nreal IN A"),
                tlsa(3, 1, 1, c).replace("_tcp.mx", "_tcp.real"));
        c = maker.server(template("nomx.example"), KeyChoice.EC_P256, middle);
        domain(
                "nomx.example.",
                Zone.SIGNED,
                mx("nomx.example.", c).replace("@ IN MX 10 mx\nmx IN A", "@ IN A"),
                tlsa(3, 1, 1, c).replace("_tcp.mx", "_tcp"));
        domain("nullmx.example.", Zone.SIGNED, "@ IN MX 0 .");
        domain("ghost.example.", Zone.SIGNED, "@ IN MX 10 mx");
        domain("halfdane.jp.", Zone.UNSIGNED, "@ IN MX 10 mx.dane311.example.");
        domain("foreign.example.", Zone.SIGNED, "@ IN MX 10 mx.dane311.example.");
        c = good("second.example.");
        domain(
                "second.example.",
                Zone.SIGNED,
                mx("second.example.", c).replace("MX 10", "MX 20"),
                "@ IN MX 10 mx.mismatch.example.",
                tlsa(3, 1, 1, c));
    }

    private void noDane() {
        domain("plain.example.", Zone.SIGNED, mx("plain.example.", good("plain.example.")));
        domain("clear.jp.", Zone.UNSIGNED, mxInClear("clear.jp."));
        domain("anyself.jp.", Zone.UNSIGNED, mx("anyself.jp.", selfSigned("mx.anyself.jp")));
    }

    private void sts() {
        sts("sts-enforce.jp.", "mx.sts-enforce.jp", "enforce", good("sts-enforce.jp."));
        sts("sts-wildcard.jp.", "*.sts-wildcard.jp", "enforce", good("sts-wildcard.jp."));
        sts("sts-mismatch.jp.", "mail.other.jp", "enforce", good("sts-mismatch.jp."));
        sts("sts-self.jp.", "mx.sts-self.jp", "enforce", selfSigned("mx.sts-self.jp"));
        sts(
                "sts-name.jp.",
                "mx.sts-name.jp",
                "enforce",
                maker.server(template("other.invalid"), KeyChoice.EC_P256, middle));
        sts("sts-testing.jp.", "mx.sts-testing.jp", "testing", selfSigned("mx.sts-testing.jp"));

        String policy = policy("mx.sts-clear.jp", "enforce");
        domain("sts-clear.jp.", Zone.UNSIGNED, mxInClear("sts-clear.jp."), announcement());
        site("sts-clear.jp", policy);

        domain("sts-badcert.jp.", Zone.UNSIGNED, mx("sts-badcert.jp.", good("sts-badcert.jp.")), announcement());
        site("sts-badcert.jp", selfSigned("mta-sts.sts-badcert.jp"), policy("mx.sts-badcert.jp", "enforce"));
        domain("sts-redirect.jp.", Zone.UNSIGNED, mx("sts-redirect.jp.", good("sts-redirect.jp.")), announcement());
        Credential c = policyHost("sts-redirect.jp");
        sites.add(Site.redirect(
                "mta-sts.sts-redirect.jp",
                c.keyPem(),
                c.chainPem(),
                "https://mta-sts.sts-enforce.jp/.well-known/mta-sts.txt"));
        domain("sts-404.jp.", Zone.UNSIGNED, mx("sts-404.jp.", good("sts-404.jp.")), announcement());
        c = policyHost("sts-404.jp");
        sites.add(new Site("mta-sts.sts-404.jp", c.keyPem(), c.chainPem(), "return 404;"));

        Credential both = good("sts-dane.example.");
        domain("sts-dane.example.", Zone.SIGNED, mx("sts-dane.example.", both), tlsa(3, 1, 1, both), announcement());
        site("sts-dane.example", policy("mx.sts-dane.example", "enforce"));
        domain(
                "sts-danefail.example.",
                Zone.SIGNED,
                mx("sts-danefail.example.", good("sts-danefail.example.")),
                tlsa(3, 1, 1, other()),
                announcement());
        site("sts-danefail.example", policy("mx.sts-danefail.example", "enforce"));

        domain(
                "sts-some.example.",
                Zone.SIGNED,
                mx("sts-some.example.", good("sts-some.example.")),
                "@ IN MX 20 mx.dane311.example.",
                announcement());
        site("sts-some.example", policy("mx.sts-some.example\nmx: mx.dane311.example", "enforce"));
        Credential undecided = good("sts-undecided.example.");
        domain(
                "sts-undecided.example.",
                Zone.CHANGED_TLSA,
                mx("sts-undecided.example.", undecided),
                tlsa(3, 1, 1, undecided),
                announcement());
        site("sts-undecided.example", policy("mx.sts-undecided.example", "enforce"));
        domain("sts-halfdane.jp.", Zone.UNSIGNED, "@ IN MX 10 mx.dane311.example.", announcement());
        site("sts-halfdane.jp", policy("mx.dane311.example", "enforce"));
    }

    private void sts(String domain, String mx, String mode, Credential credential) {
        domain(domain, Zone.UNSIGNED, mx(domain, credential), announcement());
        site(domain.substring(0, domain.length() - 1), policy(mx, mode));
    }

    // ---- what they are made of

    private void domain(String name, Zone zone, String... records) {
        domains.add(new Domain(name, zone, String.join("\n", records) + "\n"));
    }

    /** An MX record, the host's address, and the host itself. */
    private String mx(String domain, Credential credential) {
        String address = prefix + ".1." + (hosts.size() + 1);
        hosts.add(Mx.of("mx." + domain.substring(0, domain.length() - 1), address, credential));
        return "@ IN MX 10 mx\nmx IN A " + address;
    }

    private String mxInClear(String domain) {
        String address = prefix + ".1." + (hosts.size() + 1);
        hosts.add(Mx.inClear("mx." + domain.substring(0, domain.length() - 1), address));
        return "@ IN MX 10 mx\nmx IN A " + address;
    }

    private static String tlsa(int usage, int selector, int matchingType, Credential credential) {
        return tlsa(usage, selector, matchingType, credential.certificate());
    }

    private static String tlsa(int usage, int selector, int matchingType, Certificate certificate) {
        return "_PORT._tcp.mx IN TLSA " + TlsaRecord.of(usage, selector, matchingType, certificate);
    }

    private String announcement() {
        return "_mta-sts IN TXT \"v=STSv1; id=20261122;\"\nmta-sts IN A " + policyAddress();
    }

    private static String policy(String mx, String mode) {
        return "version: STSv1\\nmode: " + mode + "\\nmx: " + mx + "\\nmax_age: 604800\\n";
    }

    private void site(String domain, String policy) {
        site(domain, policyHost(domain), policy);
    }

    private void site(String domain, Credential credential, String policy) {
        sites.add(new Site(
                "mta-sts." + domain,
                credential.keyPem(),
                credential.chainPem(),
                "default_type text/plain; return 200 \"" + policy + "\";"));
    }

    private Credential policyHost(String domain) {
        return maker.server(template("mta-sts." + domain), KeyChoice.EC_P256, middle);
    }

    private Credential good(String domain) {
        String host = "mx." + domain.substring(0, domain.length() - 1);
        return maker.server(template(host), KeyChoice.EC_P256, middle);
    }

    /** A credential that no server has. */
    private Credential other() {
        return selfSigned("nobody.invalid");
    }

    private Credential selfSigned(String name) {
        KeyPair key = maker.key(KeyChoice.EC_P256);
        return maker.selfSigned(template(name), key);
    }

    private Credential withRoot(Credential credential) {
        List<Certificate> chain = new ArrayList<>(credential.chain());
        chain.add(root.certificate());
        return credential.withChain(chain);
    }

    private CertificateTemplate template(String... names) {
        return CertificateTemplate.server(past(30), now.plus(DAY.multipliedBy(60)), names);
    }

    private CertificateTemplate authority(String name) {
        return CertificateTemplate.authority(past(365), now.plus(DAY.multipliedBy(365)), name);
    }

    private Instant past(int days) {
        return now.minus(DAY.multipliedBy(days));
    }

    /** The host that mail to a domain goes to first; empty when there is none. */
    static Optional<String> host(String domain) {
        return switch (domain) {
            case "nullmx.example." -> Optional.empty();
            case "nomx.example." -> Optional.of(domain);
            case "cname.example." -> Optional.of("real.cname.example.");
            case "halfdane.jp.", "sts-halfdane.jp.", "foreign.example." -> Optional.of("mx.dane311.example.");
            default -> Optional.of("mx." + domain);
        };
    }
}
