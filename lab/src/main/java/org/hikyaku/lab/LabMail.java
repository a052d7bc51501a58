package org.hikyaku.lab;

import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.xbill.DNS.Name;

/**
 * One mail that a server of the lab accepted.
 *
 * @param host the MX host that took it
 * @param address its address
 * @param ehlo how the client called itself
 * @param from the envelope's sender, without brackets; empty for bounces
 * @param parameters the parameters of MAIL FROM as sent, such as {@code REQUIRETLS} and {@code SIZE=1000}
 * @param to its recipients
 * @param content the mail as sent, dots unstuffed, lines ending in CR LF
 * @param tls the protocol version; empty when it came in clear
 */
@SuppressWarnings("ArrayRecordComponent") // copied in and out, compared by content
public record LabMail(
        Name host,
        InetSocketAddress address,
        String ehlo,
        String from,
        List<String> parameters,
        List<String> to,
        byte[] content,
        Optional<String> tls) {

    public LabMail {
        parameters = List.copyOf(parameters);
        to = List.copyOf(to);
        content = content.clone();
    }

    @Override
    public byte[] content() {
        return content.clone();
    }

    /** A mail whose MAIL FROM had no parameters. */
    public LabMail(
            Name host,
            InetSocketAddress address,
            String ehlo,
            String from,
            List<String> to,
            byte[] content,
            Optional<String> tls) {
        this(host, address, ehlo, from, List.of(), to, content, tls);
    }

    /** Whether MAIL FROM said REQUIRETLS (RFC 8689). */
    public boolean requireTls() {
        return parameters.stream().anyMatch(p -> p.equalsIgnoreCase("REQUIRETLS"));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LabMail m
                && host.equals(m.host)
                && address.equals(m.address)
                && ehlo.equals(m.ehlo)
                && from.equals(m.from)
                && parameters.equals(m.parameters)
                && to.equals(m.to)
                && Arrays.equals(content, m.content)
                && tls.equals(m.tls);
    }

    @Override
    public int hashCode() {
        return 31 * host.hashCode() + Arrays.hashCode(content);
    }

    @Override
    public String toString() {
        return "mail from <" + from + "> to " + to + " at " + host
                + tls.map(t -> " over " + t).orElse(" in clear");
    }
}
