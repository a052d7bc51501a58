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
        List<String> to,
        byte[] content,
        Optional<String> tls) {

    public LabMail {
        to = List.copyOf(to);
        content = content.clone();
    }

    @Override
    public byte[] content() {
        return content.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LabMail m
                && host.equals(m.host)
                && address.equals(m.address)
                && ehlo.equals(m.ehlo)
                && from.equals(m.from)
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
