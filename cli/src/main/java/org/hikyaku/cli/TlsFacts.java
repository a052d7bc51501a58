package org.hikyaku.cli;

import java.util.HexFormat;
import java.util.List;
import org.hikyaku.tls.SessionFacts;
import org.hikyaku.x509.Certificate;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What a TLS session settled, as text and as JSON. */
final class TlsFacts {
    private TlsFacts() {}

    /** {@code TLSv1.3 TLS_AES_128_GCM_SHA256 x25519 ecdsa_secp256r1_sha256}. */
    static String line(SessionFacts facts) {
        StringBuilder line = new StringBuilder(facts.version().title() + " " + facts.suite());
        facts.group().ifPresent(g -> line.append(' ').append(g));
        facts.signatureScheme().ifPresent(s -> line.append(' ').append(s));
        facts.alpn().ifPresent(a -> line.append(" alpn ").append(a));
        if (facts.resumed()) {
            line.append(" resumed");
        }
        return line.toString();
    }

    /** What was shown by the client: nothing asked, none, or its name. */
    static String client(SessionFacts facts) {
        return facts.clientChain()
                .map(chain -> chain.isEmpty()
                        ? "no client certificate"
                        : "client certificate of " + chain.getFirst().label())
                .orElse("");
    }

    static void put(ObjectNode into, SessionFacts facts) {
        into.put("version", facts.version().title());
        into.put("suite", facts.suite());
        into.put("bits", facts.bits());
        facts.group().ifPresent(g -> into.put("group", g));
        facts.signatureScheme().ifPresent(s -> into.put("signatureScheme", s));
        facts.sni().ifPresent(s -> into.put("sni", s));
        facts.alpn().ifPresent(a -> into.put("alpn", a));
        into.put("resumed", facts.resumed());
        into.put("extendedMasterSecret", facts.extendedMasterSecret());
        certificates(into.putArray("chain"), facts.chain());
        facts.clientChain().ifPresent(chain -> certificates(into.putArray("clientChain"), chain));
    }

    private static void certificates(ArrayNode into, List<Certificate> chain) {
        for (Certificate certificate : chain) {
            ArrayNode names = into.addObject()
                    .put("subject", certificate.subject())
                    .put("issuer", certificate.issuer())
                    .put("notBefore", certificate.notBefore().toString())
                    .put("notAfter", certificate.notAfter().toString())
                    .put("sha256", HexFormat.of().formatHex(certificate.sha256()))
                    .putArray("dnsNames");
            certificate.dnsNames().forEach(names::add);
        }
    }
}
