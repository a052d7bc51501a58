package org.hikyaku.tls.probe;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.Security;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.hikyaku.net.TestPorts;

/**
 * The JDK's TLS with all that it refuses by default allowed: SSLv3, export suites, NULL, DES, RC4. In a process of its own,
 * since these switches are for the whole of it. Every byte comes back.
 */
final class OldJdkServer {
    private OldJdkServer() {}

    /** @param arguments port, and a PKCS #12 file with the password "test" */
    public static void main(String[] arguments) throws Exception {
        Security.setProperty("jdk.tls.disabledAlgorithms", "");
        Security.setProperty("jdk.tls.legacyAlgorithms", "");
        Security.setProperty("jdk.certpath.disabledAlgorithms", "");
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = new FileInputStream(arguments[1])) {
            keys.load(in, "test".toCharArray());
        }
        KeyManagerFactory managers = KeyManagerFactory.getInstance("PKIX");
        managers.init(keys, "test".toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        try (SSLServerSocket listener = (SSLServerSocket) context.getServerSocketFactory()
                .createServerSocket(Integer.parseInt(arguments[0]), 50, InetAddress.getLoopbackAddress())) {
            listener.setEnabledProtocols(listener.getSupportedProtocols());
            listener.setEnabledCipherSuites(listener.getSupportedCipherSuites());
            while (true) {
                SSLSocket socket = (SSLSocket) listener.accept();
                Thread.ofVirtual().start(() -> echo(socket));
            }
        }
    }

    private static void echo(SSLSocket socket) {
        try (socket) {
            socket.getInputStream().transferTo(socket.getOutputStream());
        } catch (IOException e) {
            // The probe leaves in the middle of handshakes: expected.
        }
    }

    /** Started on any free port. */
    static RealServer start(Path directory) throws Exception {
        List<String> rsa = new Certificates(directory).rsaArguments();
        Path store = directory.resolve("old.p12");
        Certificates.run(List.of(
                "openssl",
                "pkcs12",
                "-export",
                "-passout",
                "pass:test",
                "-in",
                rsa.get(1),
                "-inkey",
                rsa.get(3),
                "-out",
                store.toString()));
        Path classes = Path.of(OldJdkServer.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        int port = TestPorts.take();
        return RealServer.start(
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xshare:auto",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        classes.toString(),
                        OldJdkServer.class.getName(),
                        String.valueOf(port),
                        store.toString()),
                port);
    }
}
