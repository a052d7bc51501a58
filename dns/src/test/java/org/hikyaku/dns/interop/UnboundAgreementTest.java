package org.hikyaku.dns.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.hikyaku.dns.Answer;
import org.hikyaku.dns.Content;
import org.hikyaku.dns.Question;
import org.hikyaku.dns.StubOptions;
import org.hikyaku.dns.StubResolver;
import org.hikyaku.dns.TrustAnchors;
import org.hikyaku.dns.ValidatingResolver;
import org.hikyaku.dns.ValidatorOptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.DClass;
import org.xbill.DNS.EDNSOption;
import org.xbill.DNS.ExtendedErrorCodeOption;
import org.xbill.DNS.ExtendedFlags;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.Type;

/** Our judgement of every kind of answer beside that of a validating Unbound, on zones signed and served by others. */
@Tag("interop")
class UnboundAgreementTest {

    /**
     * Name, type, what it must come to by the RFCs, and the Extended DNS Error where one is due; a second number is what
     * Unbound 1.17 says there: less exact when the zone's keys are not usable, whatever the cause.
     */
    private static final String CASES = """
            www.good.nsec.              A     secure
            www.good.nsec.              AAAA  secure
            www.good.nsec.              MX    secure   NODATA
            mail.good.nsec.             MX    secure
            good.nsec.                  SOA   secure
            good.nsec.                  DNSKEY secure
            good.nsec.                  DS    secure
            .                           NS    secure
            nsec.                       NS    secure
            nothere.good.nsec.          A     secure   NXDOMAIN
            a.b.nothere.good.nsec.      A     secure   NXDOMAIN
            ent.good.nsec.              A     secure   NODATA
            x.wild.good.nsec.           A     secure
            x.y.wild.good.nsec.         A     secure
            x.wild.good.nsec.           MX    secure   NODATA
            a.wild.good.nsec.           A     secure   NODATA
            b.a.wild.good.nsec.         A     secure   NXDOMAIN
            alias.good.nsec.            A     secure
            twice.good.nsec.            A     secure
            twice.good.nsec.            MX    secure   NODATA
            dangling.good.nsec.         A     secure   NXDOMAIN
            host.old.good.nsec.         A     secure
            none.old.good.nsec.         A     secure   NXDOMAIN
            tonsec3.good.nsec.          A     secure
            sub.good.nsec.              DS    secure   NODATA
            nothere.                    A     secure   NXDOMAIN
            nothere.nsec.               DS    secure   NXDOMAIN
            unsigned.nsec.              DS    secure   NODATA
            unsigned.nsec3.             DS    secure   NODATA
            www.good.nsec3.             A     secure
            www.good.nsec3.             MX    secure   NODATA
            nothere.good.nsec3.         A     secure   NXDOMAIN
            a.b.nothere.good.nsec3.     A     secure   NXDOMAIN
            ent.good.nsec3.             A     secure   NODATA
            x.wild.good.nsec3.          A     secure
            x.wild.good.nsec3.          MX    secure   NODATA
            host.old.good.nsec3.        A     secure
            nothere.nsec3.              A     secure   NXDOMAIN
            www.good.optout.            A     secure
            nothere.good.optout.        A     insecure NXDOMAIN
            x.wild.good.optout.         A     insecure
            good.optout.                DS    secure
            tounsigned.good.nsec.       A     insecure
            www.unsigned.nsec.          A     insecure
            nothere.unsigned.nsec.      A     insecure NXDOMAIN
            www.unsigned.nsec3.         A     insecure
            www.unsigned.optout.        A     insecure
            nothere.optout.             A     insecure NXDOMAIN
            www.unknown.nsec.           A     insecure
            nothere.iterations.nsec3.   A     secure   NXDOMAIN
            www.iterations.nsec3.       A     secure
            www.rsa8.nsec.              A     secure
            www.rsa10.nsec.             A     secure
            www.p384.nsec.              A     secure
            www.ed25519.nsec.           A     secure
            www.ed448.nsec.             A     secure
            nothere.ed448.nsec.         A     secure   NXDOMAIN
            www.sha1.nsec.              A     secure
            www.tolerated.nsec.         A     secure
            www.expired.nsec.           A     bogus    7   9
            nothere.expired.nsec.       A     bogus    7   6
            tobogus.good.nsec.          A     bogus    7   6
            www.leafexpired.nsec.       A     bogus    7
            www.future.nsec.            A     bogus    8   9
            www.wrongds.nsec.           A     bogus    9
            www.nosigs.nsec.            A     bogus    10
            www.stripped.nsec.          A     bogus    10   9
            nothere.nonsec.nsec.        A     bogus    12   9
            www.nonsec.nsec.            MX    bogus    12   9
            www.changed.nsec.           A     bogus    6
            """;

    @TempDir
    private Path folder;

    private record Case(Name name, int type, String status, String content, String code, String unboundCode) {}

    private static List<Case> cases(String server) throws IOException {
        List<Case> cases = new ArrayList<>();
        for (String line : CASES.lines().toList()) {
            if (server.equals("named") && line.contains(".nonsec.")) {
                continue; // BIND serves no signatures at all from a zone without NSEC
            }
            String[] words = line.split("\\s+");
            String last = words.length > 3 ? words[3] : "";
            boolean isCode = !last.isEmpty() && Character.isDigit(last.charAt(0));
            cases.add(new Case(
                    Name.fromString(words[0]),
                    Type.value(words[1]),
                    words[2],
                    isCode || words[2].equals("bogus") ? "" : last.isEmpty() ? "DATA" : last,
                    isCode ? last : "",
                    words.length > 4 ? words[4] : isCode ? last : ""));
        }
        return cases;
    }

    @ParameterizedTest
    @ValueSource(strings = {"nsd", "named"})
    void everyAnswerComesOutAsAtUnbound(String server) throws Exception {
        DnsServers.assumeInstalled(server, "unbound");
        DnsServers.assumeInstalled(SmallInternet.PROGRAMS.toArray(String[]::new));
        Instant now = Instant.now();
        SmallInternet internet = SmallInternet.build(folder.resolve("zones"), now);
        Path anchor = Files.writeString(folder.resolve("root.ds"), internet.rootAnchor());

        try (DnsServers.Running authority = server.equals("nsd")
                        ? DnsServers.nsd(folder.resolve("nsd"), internet.zones())
                        : DnsServers.bind(folder.resolve("bind"), internet.zones());
                DnsServers.Running plain = DnsServers.unbound(
                        folder.resolve("plain"), "module-config: \"iterator\"", authority.asForwardZone());
                DnsServers.Running validating = DnsServers.unbound(
                        folder.resolve("validating"),
                        "trust-anchor-file: \"" + anchor + "\"",
                        authority.asForwardZone());
                StubResolver stub = new StubResolver(List.of(plain.address()), StubOptions.defaults())) {
            ValidatingResolver ours = new ValidatingResolver(
                    stub,
                    TrustAnchors.ofFile(anchor),
                    ValidatorOptions.defaults().withSha1(true),
                    InstantSource.system());
            List<String> expected = new ArrayList<>();
            List<String> expectedOfUnbound = new ArrayList<>();
            List<String> weSay = new ArrayList<>();
            List<String> unboundSays = new ArrayList<>();
            List<String> weHave = new ArrayList<>();
            List<String> unboundHas = new ArrayList<>();
            for (Case c : cases(server)) {
                String about = c.name() + " " + Type.string(c.type()) + " ";
                expected.add(about + c.status() + " " + c.content() + c.code());
                expectedOfUnbound.add(about + c.status() + " " + c.content() + c.unboundCode());
                Answer answer = ours.lookup(new Question(c.name(), c.type()));
                weSay.add(about + words(answer));
                Message reply = ask(validating, c);
                unboundSays.add(about + words(reply, c));
                if (answer instanceof Answer.Definite definite) {
                    weHave.add(about + records(definite.content().recordsOrNone()));
                    unboundHas.add(about
                            + records(reply.getSection(Section.ANSWER).stream()
                                    .filter(r -> r.getType() == c.type())
                                    .toList()));
                }
            }
            assertThat(unboundSays).containsExactlyElementsOf(expectedOfUnbound);
            assertThat(weSay).containsExactlyElementsOf(expected);
            assertThat(weHave).containsExactlyElementsOf(unboundHas);
        }
    }

    private static Message ask(DnsServers.Running resolver, Case c) throws IOException {
        SimpleResolver client = new SimpleResolver(resolver.address());
        client.setTimeout(Duration.ofSeconds(20));
        client.setEDNS(0, 1232, ExtendedFlags.DO);
        return client.send(Message.newQuery(Record.newRecord(c.name(), c.type(), DClass.IN)));
    }

    private static String words(Answer answer) {
        return switch (answer) {
            case Answer.Secure secure -> "secure " + words(secure.content());
            case Answer.Insecure insecure -> "insecure " + words(insecure.content());
            case Answer.Bogus bogus -> "bogus " + bogus.reason().code().code();
            case Answer.Failed failed -> "failed " + failed.failure();
        };
    }

    private static String words(Content content) {
        return switch (content) {
            case Content.Records records -> "DATA";
            case Content.NoData none -> "NODATA";
            case Content.NxDomain none -> "NXDOMAIN";
        };
    }

    private static String words(Message reply, Case c) {
        if (reply.getRcode() == Rcode.SERVFAIL) {
            OPTRecord opt = reply.getOPT();
            return "bogus "
                    + opt.getOptions(EDNSOption.Code.EDNS_EXTENDED_ERROR).stream()
                            .map(o -> Integer.toString(((ExtendedErrorCodeOption) o).getErrorCode()))
                            .findFirst()
                            .orElse("without code");
        }
        String status = reply.getHeader().getFlag(Flags.AD) ? "secure " : "insecure ";
        if (reply.getRcode() == Rcode.NXDOMAIN) {
            return status + "NXDOMAIN";
        }
        boolean data = reply.getSection(Section.ANSWER).stream().anyMatch(r -> r.getType() == c.type());
        return status + (data ? "DATA" : "NODATA");
    }

    private static Set<String> records(List<Record> records) {
        Set<String> words = new TreeSet<>();
        records.forEach(r -> words.add(r.getName() + " " + r.rdataToString()));
        return words;
    }
}
