package org.hikyaku.relay.receive;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.hikyaku.smtp.server.CertificateStanding;
import org.hikyaku.smtp.server.Client;
import org.hikyaku.smtp.server.IncomingMail;
import org.hikyaku.tls.SessionFacts;
import org.hikyaku.x509.Certificate;

/**
 * The line on top of each mail that we take (RFC 5321 section 4.4), in the words of Postfix, which scripts know: with which
 * protocol (RFC 3848, RFC 6531 section 4.3) and inside what TLS it came, and whose certificate the client showed.
 */
final class ReceivedHeader {
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern(
                    "EEE, d MMM yyyy HH:mm:ss xx '(UTC)'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private static final int LONGEST_NAME = 64;

    private final String hostName;

    ReceivedHeader(String hostName) {
        this.hostName = hostName;
    }

    byte[] of(Client client, IncomingMail mail, String id, Instant at) {
        StringBuilder text = new StringBuilder(400).append("Received: from ").append(from(client));
        client.tls().ifPresent(tls -> tls(text, tls, client));
        text.append("\r\n\tby ")
                .append(hostName)
                .append(" (Hikyaku) with ")
                .append(protocol(client, mail))
                .append(" id ")
                .append(id);
        if (mail.recipients().size() == 1) {
            // With several, each would learn of the others.
            text.append("\r\n\tfor <")
                    .append(mail.recipients().getFirst().address())
                    .append('>');
        }
        return text.append("; ")
                .append(DATE.format(at))
                .append("\r\n")
                .toString()
                .getBytes(StandardCharsets.UTF_8);
    }

    /** {@code mx.example.jp ([192.0.2.1])}. */
    static String from(Client client) {
        return name(client.greeting().orElse("unknown")) + " (" + literal(client.remote()) + ")";
    }

    private static String literal(InetSocketAddress remote) {
        InetAddress address = remote.getAddress();
        return address instanceof Inet6Address
                ? "[IPv6:" + org.hikyaku.net.Addresses.text(address) + "]"
                : "[" + address.getHostAddress() + "]";
    }

    /** What the client calls itself, without anything that could mean something here. */
    private static String name(String said) {
        StringBuilder name = new StringBuilder();
        for (int i = 0; i < said.length() && i < 255; i++) {
            char c = said.charAt(i);
            boolean good = c >= 'a' && c <= 'z'
                    || c >= 'A' && c <= 'Z'
                    || c >= '0' && c <= '9'
                    || ".-_:[]".indexOf(c) >= 0
                    || c >= 0xA0 && Character.isLetterOrDigit(c);
            name.append(good ? c : '?');
        }
        return name.toString();
    }

    static String protocol(Client client, IncomingMail mail) {
        if (!client.esmtp()) {
            return "SMTP";
        }
        return (mail.sender().smtpUtf8() ? "UTF8SMTP" : "ESMTP")
                + (client.tls().isPresent() ? "S" : "")
                + (client.login().isPresent() ? "A" : "");
    }

    private static void tls(StringBuilder text, SessionFacts tls, Client client) {
        text.append("\r\n\t(using ")
                .append(tls.version().title())
                .append(" with cipher ")
                .append(tls.suite())
                .append(" (")
                .append(tls.bits())
                .append('/')
                .append(tls.bits())
                .append(" bits)");
        tls.group().ifPresent(group -> text.append("\r\n\t key-exchange ").append(group));
        tls.signatureScheme()
                .ifPresent(scheme -> text.append(" server-signature ").append(scheme));
        text.append(')');
        text.append("\r\n\t(").append(certificate(tls, client)).append(')');
    }

    private static String certificate(SessionFacts tls, Client client) {
        if (tls.clientChain().isEmpty()) {
            return "No client certificate requested";
        }
        if (tls.clientChain().get().isEmpty()) {
            return "Client did not present a certificate";
        }
        Certificate own = tls.clientChain().get().getFirst();
        CertificateStanding standing = client.certificate().orElse(CertificateStanding.none());
        return "Client CN \"" + quoted(commonName(own)) + "\", Issuer \"" + quoted(issuerName(own)) + "\" ("
                + (standing.verified() ? "verified OK" : "not verified") + ")";
    }

    static String commonName(Certificate certificate) {
        return certificate.commonNames().isEmpty()
                ? certificate.subject()
                : certificate.commonNames().getFirst();
    }

    private static String issuerName(Certificate certificate) {
        String issuer = certificate.issuer();
        int cn = issuer.indexOf("CN=");
        if (cn < 0) {
            return issuer;
        }
        int end = issuer.indexOf(',', cn);
        return issuer.substring(cn + 3, end < 0 ? issuer.length() : end);
    }

    /** Fit for the inside of a quoted string within a comment. */
    private static String quoted(String name) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < name.length() && i < LONGEST_NAME; i++) {
            char c = name.charAt(i);
            text.append(c >= ' ' && c < 0x7F && c != '"' && c != '\\' && c != '(' && c != ')' ? c : '?');
        }
        return text.toString();
    }
}
