package org.hikyaku.net;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.hikyaku.net.HttpsException.Kind;

/**
 * One HTTPS request, one answer, one connection. Redirects are not followed, nothing is cached or remembered, no content
 * coding is asked for or undone (RFC 8461 section 3.3 forbids the first two for MTA-STS policies). The trust decision
 * is the {@link PeerJudge}'s alone.
 */
public final class HttpsClient {
    private static final int HTTPS_PORT = 443;

    private final Network network;
    private final AddressLookup addresses;
    private final HttpsDialer dialer;

    public HttpsClient(Network network, AddressLookup addresses, PeerJudge judge) {
        this.network = network;
        this.addresses = addresses;
        this.dialer = new HttpsDialer(judge);
    }

    /**
     * Gets what is at the URI. Any status is an answer.
     *
     * @param uri {@code https}, with a host name
     * @param body bytes in the answer's body
     * @param deadline by when the whole answer must be here, however slowly it trickles in
     */
    public HttpsResponse get(URI uri, Limit body, Deadline deadline) throws HttpsException {
        return request(HttpsExchange.get(uri, body), deadline);
    }

    /**
     * Posts content to the URI. Any status is an answer.
     *
     * @param contentType the content's media type
     * @param body bytes in the answer's body
     */
    public HttpsResponse post(URI uri, String contentType, byte[] content, Limit body, Deadline deadline)
            throws HttpsException {
        return request(HttpsExchange.post(uri, contentType, content, body), deadline);
    }

    private HttpsResponse request(HttpsExchange exchange, Deadline deadline) throws HttpsException {
        String host = host(exchange.uri());
        int port = exchange.uri().getPort() < 0 ? HTTPS_PORT : exchange.uri().getPort();
        List<InetAddress> found = addresses(host);
        HttpsException last = null;
        for (int i = 0; i < found.size(); i++) {
            InetSocketAddress address = new InetSocketAddress(found.get(i), port);
            // A fair share of the time for each, so that a first address that is silent does not use up all of it.
            Duration share = deadline.remaining().dividedBy(found.size() - i);
            try (HttpsDialer.Session session = dialer.open(host, dial(host, address, deadline.orAfter(share)))) {
                session.within(deadline);
                return exchange.run(session, deadline);
            } catch (HttpsException e) {
                if (last != null) {
                    e.addSuppressed(last);
                }
                last = e;
                boolean nextAddress = e.kind() == Kind.CONNECT || e.kind() == Kind.TLS || e.kind() == Kind.TIMEOUT;
                if (!nextAddress || deadline.passed()) {
                    throw e;
                }
            }
        }
        throw last == null ? new HttpsException(Kind.ADDRESS, host + " has no address", null) : last;
    }

    private Connection dial(String host, InetSocketAddress address, Deadline deadline) throws HttpsException {
        try {
            return network.dial(address, deadline);
        } catch (SocketTimeoutException e) {
            throw new HttpsException(
                    Kind.TIMEOUT, host + " at " + Addresses.text(address) + " did not take the connection in time", e);
        } catch (IOException e) {
            throw new HttpsException(
                    Kind.CONNECT,
                    "no connection to " + host + " at " + Addresses.text(address) + ": " + e.getMessage(),
                    e);
        }
    }

    private List<InetAddress> addresses(String host) throws HttpsException {
        try {
            return addresses.addresses(host);
        } catch (IOException e) {
            throw new HttpsException(
                    Kind.ADDRESS, "could not find out the address of " + host + ": " + e.getMessage(), e);
        }
    }

    private static String host(URI uri) throws HttpsException {
        String host = uri.getHost();
        if (host == null || !"https".equalsIgnoreCase(uri.getScheme()) || uri.getRawUserInfo() != null) {
            throw new HttpsException(
                    Kind.ADDRESS,
                    "\"" + uri + "\" is not an https address with a host name and nothing before it",
                    null);
        }
        return host.toLowerCase(Locale.ROOT);
    }
}
