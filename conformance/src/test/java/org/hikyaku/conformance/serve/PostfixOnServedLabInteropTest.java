package org.hikyaku.conformance.serve;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.hikyaku.conformance.serve.ServeOptions.Addresses;
import org.hikyaku.smtp.interop.PostfixSender;
import org.hikyaku.smtp.interop.PostfixSender.Fate;
import org.hikyaku.x509.Pem;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A real Postfix at level {@code dane}, whose resolver is the served lab's, delivers to some of the catalogue's domains as
 * the catalogue says. What is expected stands here by hand.
 */
@Tag("interop")
@Timeout(300)
class PostfixOnServedLabInteropTest {

    @Test
    void postfixDoesWhatTheCatalogueSays() throws Exception {
        PostfixSender.assumePossible();
        BlockingQueue<Sighting> seen = new LinkedBlockingQueue<>();
        List<String> delivered = List.of(
                "dane-ee.example",
                "dane-ee-self-signed.example",
                "dane-ta-private.example",
                "dane-tlsa-cname.example",
                "dane-first-mx-broken.example",
                "dane-unsigned-host.example",
                "plain.example",
                "no-starttls.example",
                "client-certificate.example");
        List<String> held = List.of(
                "dane-mismatch.example",
                "dane-no-starttls.example",
                "dane-tlsa-servfail.example",
                "dane-ta-wrong-name.example",
                "dnssec-expired.example");
        List<String> returned = List.of("null-mx.example", "no-such-domain.example");
        Map<String, Fate> fates;
        try (RootPorts root = RootPorts.assumed();
                ServedLab lab = ServedLab.start(
                        ServeOptions.defaults()
                                .withAddresses(Addresses.LOOPBACK)
                                .withPorts(root.ports()),
                        seen::add);
                PostfixSender postfix = PostfixSender.start(
                        lab.resolver().getAddress(),
                        Pem.encode(lab.lab().caAnchors().certificates()),
                        root.ports().smtp())) {
            fates = postfix.send(List.of(delivered, held, returned).stream()
                    .flatMap(List::stream)
                    .toList());
        }

        delivered.forEach(d -> assertThat(status(fates, d)).as(d).startsWith("sent "));
        held.forEach(d -> assertThat(status(fates, d)).as(d).startsWith("deferred "));
        returned.forEach(d -> assertThat(status(fates, d)).as(d).startsWith("bounced "));
        assertThat(status(fates, "dane-ee.example")).startsWith("sent Verified ");
        assertThat(status(fates, "dane-ta-private.example")).startsWith("sent Verified ");
        assertThat(status(fates, "no-starttls.example")).startsWith("sent clear ");

        List<Sighting.MailTaken> mails = seen.stream()
                .filter(Sighting.MailTaken.class::isInstance)
                .map(Sighting.MailTaken.class::cast)
                .toList();
        assertThat(mails)
                .map(m -> m.mail().to().getFirst())
                .containsExactlyInAnyOrderElementsOf(
                        delivered.stream().map(d -> "u@" + d).toList());
        assertThat(mails.stream().filter(m -> m.session().domain().equals("dane-first-mx-broken.example")))
                .map(m -> m.session().host())
                .containsExactly("mx2.dane-first-mx-broken.example");
        // R72 section 8.1: the TLSA base domain
        assertThat(seen.stream()
                        .filter(Sighting.Handshake.class::isInstance)
                        .map(Sighting.Handshake.class::cast)
                        .filter(h -> h.session().domain().equals("dane-tlsa-cname.example")))
                .allMatch(h -> h.facts().sni().orElse("").equals("mx.dane-tlsa-cname.example"))
                .isNotEmpty();
    }

    private static String status(Map<String, Fate> fates, String domain) {
        Fate fate = fates.get(domain);
        return fate == null ? "unknown" : fate.status() + " " + fate.tls().orElse("clear") + " " + fate.text();
    }
}
