package org.hikyaku.net;

import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.MessageConstraintException;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.io.DefaultBHttpClientConnectionFactory;
import org.apache.hc.core5.http.impl.io.HttpRequestExecutor;
import org.apache.hc.core5.http.io.HttpClientConnection;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.message.BasicClassicHttpRequest;
import org.apache.hc.core5.http.protocol.HttpCoreContext;
import org.hikyaku.net.HttpsException.Kind;

/**
 * One request and its answer on a session that has been judged.
 *
 * @param limit bytes in the answer's body
 */
record HttpsExchange(URI uri, String method, Optional<Content> content, Limit limit) {

    /** Bytes in a line of the answer's head. */
    static final int HEADER_LINE_BYTES = 8192;

    /** Header fields in an answer. */
    static final int HEADER_COUNT = 100;

    static final String USER_AGENT = "hikyaku";

    private static final Http1Config CONFIG = Http1Config.custom()
            .setMaxLineLength(HEADER_LINE_BYTES)
            .setMaxHeaderCount(HEADER_COUNT)
            .setMaxEmptyLineCount(1)
            .build();

    @SuppressWarnings("ArrayRecordComponent") // carried, never compared
    record Content(String type, byte[] bytes) {}

    static HttpsExchange get(URI uri, Limit limit) {
        return new HttpsExchange(uri, "GET", Optional.empty(), limit);
    }

    static HttpsExchange post(URI uri, String contentType, byte[] content, Limit limit) {
        return new HttpsExchange(uri, "POST", Optional.of(new Content(contentType, content)), limit);
    }

    HttpsResponse run(HttpsDialer.Session session, Deadline deadline) throws HttpsException {
        String where = session.where();
        try (HttpClientConnection http = DefaultBHttpClientConnectionFactory.builder()
                .http1Config(CONFIG)
                .build()
                .createConnection(session.tls(), session.plain())) {
            // No draining of what is left of the answer: what exceeds a limit is not read.
            try {
                return answer(http, session);
            } finally {
                session.close();
            }
        } catch (LimitExceededException e) {
            throw new HttpsException(Kind.LIMIT, where + " sent " + e.getMessage(), e);
        } catch (MessageConstraintException e) {
            throw new HttpsException(
                    Kind.LIMIT,
                    where + " sent more than the limit of " + HEADER_COUNT + " header fields of " + HEADER_LINE_BYTES
                            + " bytes in the head of its answer",
                    e);
        } catch (SocketTimeoutException e) {
            throw new HttpsException(Kind.TIMEOUT, where + " did not send the whole answer in time", e);
        } catch (IOException | HttpException e) {
            Kind kind = deadline.passed() ? Kind.TIMEOUT : Kind.HTTP;
            throw new HttpsException(kind, "no good HTTP answer from " + where + ": " + e.getMessage(), e);
        }
    }

    private HttpsResponse answer(HttpClientConnection http, HttpsDialer.Session session)
            throws IOException, HttpException {
        // Not closed here: closing would read to the end of an answer that may have none.
        ClassicHttpResponse response = new HttpRequestExecutor().execute(request(), http, HttpCoreContext.create());
        Map<String, List<String>> headers = new HashMap<>();
        for (Header header : response.getHeaders()) {
            headers.computeIfAbsent(header.getName().toLowerCase(Locale.ROOT), name -> new ArrayList<>())
                    .add(String.valueOf(header.getValue()));
        }
        return new HttpsResponse(response.getCode(), headers, body(response.getEntity(), session), session.chain());
    }

    private byte[] body(HttpEntity entity, HttpsDialer.Session session) throws IOException {
        if (entity == null) {
            return new byte[0];
        }
        if (entity.getContentLength() > limit.value()) {
            throw new LimitExceededException(limit);
        }
        InputStream content = entity.getContent();
        byte[] body = new ByteReader(content).readAll(limit);
        // RFC 9112 section 9.8: without a length or chunks, only the end of the TLS session says that this is all.
        if (entity.getContentLength() < 0
                && !entity.isChunked()
                && session.plain().inputEnded()) {
            throw new IOException(
                    "the answer was cut short: neither a length nor the end of the TLS session confirms it");
        }
        return body;
    }

    private BasicClassicHttpRequest request() {
        BasicClassicHttpRequest request = new BasicClassicHttpRequest(method, uri);
        String host = uri.getHost().toLowerCase(Locale.ROOT);
        request.addHeader("Host", uri.getPort() < 0 ? host : host + ":" + uri.getPort());
        request.addHeader("User-Agent", USER_AGENT);
        request.addHeader("Connection", "close");
        content.ifPresent(sent -> {
            request.addHeader("Content-Type", sent.type());
            request.addHeader("Content-Length", String.valueOf(sent.bytes().length));
            request.setEntity(new ByteArrayEntity(sent.bytes(), ContentType.parse(sent.type())));
        });
        return request;
    }
}
