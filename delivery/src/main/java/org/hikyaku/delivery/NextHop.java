package org.hikyaku.delivery;

import java.net.InetAddress;
import java.util.Optional;
import org.hikyaku.smtp.sasl.Credentials;
import org.hikyaku.x509.Credential;
import org.xbill.DNS.Name;

/**
 * Where mail of a destination is configured to go instead of the domain's MX hosts: a smart host. Its own policies count,
 * not those of the recipients' domains (S14).
 *
 * @param target the server
 * @param port its port (D8)
 * @param implicitTls whether TLS begins with the connection (RFC 8314) instead of by STARTTLS
 * @param login what we log in with; only ever inside TLS
 * @param certificate shown to the server when it asks for one
 */
public record NextHop(
        Target target, int port, boolean implicitTls, Optional<Credentials> login, Optional<Credential> certificate) {

    /** The kinds of server. */
    public sealed interface Target {
        /** The MX hosts of this domain. */
        record MxOf(Name domain) implements Target {}

        /** This host, whose MX records are not looked at. */
        record Host(Name host) implements Target {}

        /** This address. */
        record Address(InetAddress address) implements Target {}
    }

    /** A server without login. */
    public static NextHop of(Target target, int port) {
        return new NextHop(target, port, false, Optional.empty(), Optional.empty());
    }
}
