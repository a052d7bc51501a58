package org.hikyaku.net;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a server answered, whatever the status.
 *
 * @param status the status code, 200 to 599
 * @param headers names in lower case, values as sent, in the order of arrival
 * @param body the content as sent (no content coding is undone), within the limit that was given
 * @param peerChain the server's certificates as sent, DER
 */
@SuppressWarnings("ArrayRecordComponent") // answers are read, never compared
public record HttpsResponse(int status, Map<String, List<String>> headers, byte[] body, List<byte[]> peerChain) {

    public HttpsResponse {
        headers = Map.copyOf(headers);
        peerChain = List.copyOf(peerChain);
    }

    /** The first value of a header, by its name in lower case. */
    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name)).map(List::getFirst);
    }
}
