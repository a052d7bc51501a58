package org.hikyaku.net;

import java.io.Closeable;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.hikyaku.net.HttpsException.Kind;

/** Puts TLS 1.2 or 1.3 on a connection and asks the judge about the server before anything is sent inside. */
final class HttpsDialer {
    private static final String[] VERSIONS = {"TLSv1.3", "TLSv1.2"};

    private final PeerJudge judge;

    HttpsDialer(PeerJudge judge) {
        this.judge = judge;
    }

    /** A judged TLS session. */
    record Session(String host, Connection connection, ConnectionSocket plain, SSLSocket tls, List<byte[]> chain)
            implements Closeable {

        void within(Deadline deadline) {
            connection.within(deadline);
        }

        String where() {
            return host + " at " + Addresses.text(connection.remote());
        }

        /** Without the farewell of TLS: the answer is complete or of no use, and nobody waits for the other side here. */
        @Override
        public void close() {
            closeQuietly(connection);
        }
    }

    /** Takes the connection over: it is closed when this fails. */
    Session open(String host, Connection connection) throws HttpsException {
        String where = host + " at " + Addresses.text(connection.remote());
        boolean judged = false;
        try {
            Recorder recorder = new Recorder();
            ConnectionSocket plain = new ConnectionSocket(connection);
            SSLSocket tls = handshake(host, plain, recorder);
            List<byte[]> chain = encoded(recorder.chain);
            Optional<String> objection = judge.objection(host, chain);
            if (objection.isPresent()) {
                throw new HttpsException(
                        Kind.CERTIFICATE, "the certificate of " + where + " is not good: " + objection.get(), null);
            }
            judged = true;
            return new Session(host, connection, plain, tls, chain);
        } catch (HttpsException e) {
            throw e;
        } catch (SocketTimeoutException e) {
            throw new HttpsException(Kind.TIMEOUT, where + " did not finish the TLS handshake in time", e);
        } catch (IOException | GeneralSecurityException e) {
            throw new HttpsException(Kind.TLS, "the TLS handshake with " + where + " failed: " + e.getMessage(), e);
        } finally {
            if (!judged) {
                closeQuietly(connection);
            }
        }
    }

    private static SSLSocket handshake(String host, Socket plain, Recorder recorder)
            throws IOException, GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {recorder}, null);
        SSLSocket tls = (SSLSocket) context.getSocketFactory().createSocket(plain, host, plain.getPort(), true);
        tls.setEnabledProtocols(VERSIONS);
        SSLParameters parameters = tls.getSSLParameters();
        if (isName(host)) {
            parameters.setServerNames(List.of(new SNIHostName(host)));
        }
        parameters.setApplicationProtocols(new String[] {"http/1.1"});
        tls.setSSLParameters(parameters);
        tls.startHandshake();
        return tls;
    }

    /** RFC 6066 section 3: a literal address is not a server name. A top-level label of digits only is no name. */
    private static boolean isName(String host) {
        String last = host.substring(host.lastIndexOf('.') + 1);
        return host.indexOf(':') < 0 && !last.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private static List<byte[]> encoded(List<X509Certificate> chain) throws CertificateEncodingException {
        List<byte[]> encoded = new ArrayList<>();
        for (X509Certificate certificate : chain) {
            encoded.add(certificate.getEncoded());
        }
        return encoded;
    }

    private static void closeQuietly(Closeable closeable) {
        try {
            closeable.close();
        } catch (IOException e) {
            // Whatever went wrong before is what the caller needs to know.
        }
    }

    /** Trusts nothing and nobody: it only keeps the chain for the judge. */
    private static final class Recorder extends X509ExtendedTrustManager {
        private List<X509Certificate> chain = List.of();

        @Override
        public void checkServerTrusted(X509Certificate[] sent, String authType, Socket socket) {
            chain = List.of(sent);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] sent, String authType, SSLEngine engine) {
            chain = List.of(sent);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] sent, String authType) {
            chain = List.of(sent);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] sent, String authType, Socket socket) {
            throw new UnsupportedOperationException("this is a client");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] sent, String authType, SSLEngine engine) {
            throw new UnsupportedOperationException("this is a client");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] sent, String authType) {
            throw new UnsupportedOperationException("this is a client");
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
