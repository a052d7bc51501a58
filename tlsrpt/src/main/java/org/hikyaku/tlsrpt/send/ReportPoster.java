package org.hikyaku.tlsrpt.send;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.hikyaku.net.AddressLookup;
import org.hikyaku.net.Deadline;
import org.hikyaku.net.HttpsClient;
import org.hikyaku.net.HttpsException;
import org.hikyaku.net.HttpsResponse;
import org.hikyaku.net.Limit;
import org.hikyaku.net.Network;

/** Posts reports (RFC 8460 section 5.4). */
public final class ReportPoster {
    /** T16 */
    static final String MEDIA_TYPE = "application/tlsrpt+gzip";

    private static final Limit ANSWER = new Limit("bytes in the answer to a report", 64 * 1024);

    private final HttpsClient client;
    private final Duration timeout;

    /**
     * @param inside whether addresses of our own network may be posted to: any domain can name any address in its record,
     *     so outside of tests the answer is no
     */
    public ReportPoster(Network network, AddressLookup addresses, boolean inside, Duration timeout) {
        AddressLookup asked = inside ? addresses : host -> outside(host, addresses.addresses(host));
        // T16: certificate errors may be ignored, as a report about broken certificates could not be sent otherwise
        this.client = new HttpsClient(network, asked, (host, chain) -> Optional.empty());
        this.timeout = timeout;
    }

    HandOver post(URI uri, byte[] gzip) {
        try {
            HttpsResponse response = client.post(uri, MEDIA_TYPE, gzip, ANSWER, Deadline.after(timeout));
            int status = response.status();
            // T16: any 2xx, and nothing else
            return status >= 200 && status < 300
                    ? new HandOver.Taken(uri.getHost() + " answered " + status + ".")
                    : new HandOver.Later(uri.getHost() + " answered " + status + ", which is not success.");
        } catch (HttpsException e) {
            return new HandOver.Later(sentence(e));
        }
    }

    private static String sentence(HttpsException e) {
        String message = String.valueOf(e.getMessage());
        return Character.toUpperCase(message.charAt(0)) + message.substring(1) + (message.endsWith(".") ? "" : ".");
    }

    private static List<InetAddress> outside(String host, List<InetAddress> addresses) throws IOException {
        List<InetAddress> outside = addresses.stream().filter(a -> !isInside(a)).toList();
        if (outside.isEmpty() && !addresses.isEmpty()) {
            throw new IOException(host + " has addresses of private networks only, which reports are not posted to");
        }
        return outside;
    }

    static boolean isInside(InetAddress address) {
        byte[] bytes = address.getAddress();
        return address.isLoopbackAddress()
                || address.isAnyLocalAddress()
                || address.isLinkLocalAddress()
                || address.isSiteLocalAddress()
                || address.isMulticastAddress()
                // unique local addresses, fc00::/7 (RFC 4193)
                || address instanceof Inet6Address && (bytes[0] & 0xfe) == 0xfc
                // shared addresses, 100.64.0.0/10 (RFC 6598)
                || bytes.length == 4 && (bytes[0] & 0xff) == 100 && (bytes[1] & 0xc0) == 64;
    }
}
