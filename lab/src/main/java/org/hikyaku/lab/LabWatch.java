package org.hikyaku.lab;

import java.net.InetSocketAddress;
import java.util.Optional;
import org.hikyaku.dns.Question;
import org.hikyaku.net.Connection;
import org.hikyaku.tls.HandshakeFailure;
import org.hikyaku.tls.KeyLog;
import org.hikyaku.tls.SessionFacts;
import org.hikyaku.tls.TlsVersion;

/** Is told what the servers of a served lab see, as it happens, by the thread of each client; and the secrets of TLS. */
public interface LabWatch extends KeyLog {

    /** What a server is. */
    enum Service {
        MAIL,
        POLICY,
        REPORTS
    }

    /**
     * A server of the lab.
     *
     * @param service what it is
     * @param domain the domain of the catalogue that it belongs to
     * @param name its name in the DNS, without the final dot
     * @param address its address there, and its port
     */
    record Host(Service service, LabDomain domain, String name, InetSocketAddress address) {}

    /** Somebody connected. */
    Visit connected(Host host, InetSocketAddress client);

    /** A question came, and was answered or not. */
    void asked(DnsExchange exchange);

    /**
     * A question and its answer.
     *
     * @param question what was asked
     * @param dnssec whether signatures were wanted (DO)
     * @param unchecked whether no validation was wanted (CD)
     * @param byResolver whether the validating resolver was asked, and not a name server
     * @param overTcp whether the question came over TCP
     * @param server address and port that were asked
     * @param client who asked
     * @param query the message as it came
     * @param answer the message that went back; empty when the lab kept silent
     */
    @SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
    record DnsExchange(
            Question question,
            boolean dnssec,
            boolean unchecked,
            boolean byResolver,
            boolean overTcp,
            InetSocketAddress server,
            InetSocketAddress client,
            byte[] query,
            Optional<byte[]> answer) {}

    /** What happens on one connection. */
    interface Visit {
        /** Lets the watch see the bytes on the wire; what it returns is used in place of the connection. */
        default Connection tapped(Connection connection) {
            return connection;
        }

        /** An SMTP command was answered; {@code reply} is empty when it was not. */
        default void command(String line, Optional<TlsVersion> tls, Optional<Integer> reply) {}

        /** A handshake was completed. */
        default void handshake(SessionFacts facts) {}

        /** A handshake failed. */
        default void failed(HandshakeFailure failure) {}

        /** A policy host was asked for a path under a name, and answered with this status. */
        default void fetched(String name, String path, int status) {}

        /** A mail was taken in. */
        default void mail(LabMail mail) {}

        /** Something was posted to a receiver of reports, and answered with this status. */
        default void posted(String name, String path, byte[] body, int status) {}

        /** It is over. */
        default void ended(Optional<String> trouble) {}
    }
}
