package org.hikyaku.cli;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.interfaces.RSAPrivateKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hikyaku.capture.tls.KeyFinder;
import org.hikyaku.capture.tls.KeyLogFileReader;
import org.hikyaku.capture.tls.RsaKeys;
import org.hikyaku.capture.tls.SecretStore;
import org.hikyaku.smtp.sasl.Secret;
import org.hikyaku.x509.Pem;
import org.hikyaku.x509.Pkcs12;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that bring keys. */
final class DecodeKeyOptions {
    @Option(
            names = "--keylog",
            paramLabel = "FILE",
            description = "A key log (SSLKEYLOGFILE, RFC 9850); may be given several times, and may still grow.")
    private List<Path> keyLogs = new ArrayList<>();

    @Option(
            names = "--rsa-key",
            paramLabel = "[ADDR:PORT:PROTOCOL:]FILE",
            description =
                    "A server's RSA key in PEM or PKCS#12, for sessions whose key exchange is RSA; for any server, or"
                            + " only for the one at this address (IPv6 in brackets). May be given several times.")
    private List<String> rsaKeys = new ArrayList<>();

    @Option(
            names = "--key-password-file",
            paramLabel = "FILE",
            description = "First line: the password of RSA keys that are encrypted, PEM or PKCS#12 (else"
                    + " HIKYAKU_KEY_PASSWORD, else asked for).")
    private @Nullable Path passwordFile;

    @Option(
            names = "--psk",
            paramLabel = "[IDENTITY:]HEX",
            description =
                    "A pre-shared key in hexadecimal, for PSK suites of TLS 1.2 and for TLS 1.3 without an ephemeral key"
                            + " exchange (psk_ke).")
    private List<String> psks = new ArrayList<>();

    private List<KeyLogFileReader> reading = List.of();

    DecodeKeyOptions() {}

    DecodeKeyOptions(List<Path> keyLogs, List<String> rsaKeys) {
        this.keyLogs = keyLogs;
        this.rsaKeys = rsaKeys;
    }

    /** The files that keys are read from, each with its title. */
    Map<String, Path> files() {
        Map<String, Path> files = new LinkedHashMap<>();
        keyLogs.forEach(log -> files.put("the key log " + log, log));
        rsaKeys.forEach(
                key -> files.put("the RSA key " + key, RsaKeyPlace.parse(key).file()));
        Optional.ofNullable(passwordFile).ifPresent(file -> files.put("the password file", file));
        return files;
    }

    /**
     * Reads all keys; key logs are read on while the capture is.
     *
     * @param live whether sessions are still to come, and with them perhaps their key logs
     */
    KeyFinder read(SecretStore store, Environment environment, boolean live) {
        beginKeyLogs(store, live);
        if (live) {
            keyLogs.stream()
                    .filter(Files::notExists)
                    .forEach(log -> environment
                            .terminal()
                            .err()
                            .println("hikyaku decode: the key log " + log
                                    + " is not there yet: it is read when it is."));
            environment.terminal().err().flush();
        }
        readPsks(store);
        RsaKeys keys = new RsaKeys();
        for (String text : rsaKeys) {
            RsaKeyPlace place = RsaKeyPlace.parse(text);
            try {
                readRsaKey(keys, place, environment);
            } catch (IOException e) {
                throw new UsageException("the RSA key cannot be used: " + reason(e), e);
            }
        }
        return new KeyFinder(store, keys);
    }

    private void beginKeyLogs(SecretStore store, boolean live) {
        if (keyLogs.contains(Path.of("-"))) {
            throw new UsageException(
                    "a key log cannot be standard input: name a file, or a pipe such as <(ssh mx cat keys.log)");
        }
        try {
            reading = live ? KeyLogFileReader.beginLive(keyLogs, store) : KeyLogFileReader.begin(keyLogs, store);
        } catch (FileSystemException e) {
            throw new UsageException("the key log " + e.getFile() + " cannot be read: " + reason(e), e);
        } catch (IOException e) {
            throw new UsageException("the key log cannot be read: " + reason(e), e);
        }
    }

    /** What is odd about the key logs, but no mistake; waits until they have been read. */
    List<String> remarks(SecretStore store) {
        store.awaitKeyLogs();
        List<String> remarks = new ArrayList<>();
        for (KeyLogFileReader log : reading) {
            if (log.leftOpen()) {
                remarks.add("the key log " + log.file()
                        + " is a pipe that nobody has closed: its end was not waited for, and lines that came late may be"
                        + " missing");
            } else if (log.failure().isPresent()) {
                remarks.add("the key log " + log.file() + " could not be read to its end: "
                        + reason(log.failure().get()));
            } else if (log.secrets() == 0 && Files.notExists(log.file())) {
                remarks.add("the key log " + log.file() + " never came to be");
            } else if (log.secrets() == 0) {
                remarks.add(log.file() + " holds no secret"
                        + (log.strange() > 0
                                ? ": its " + log.strange()
                                        + " lines are none of a key log (RFC 9850); 'hikyaku keys' reads what openssl prints"
                                : ""));
            }
        }
        return remarks;
    }

    private void readPsks(SecretStore store) {
        for (String psk : psks) {
            int colon = psk.lastIndexOf(':');
            byte[] key = hex(psk.substring(colon + 1));
            if (key.length == 0) {
                throw new UsageException("a pre-shared key is empty: write it as IDENTITY:HEX or HEX");
            }
            store.putPsk(colon < 0 ? "" : psk.substring(0, colon), key, "the pre-shared key");
        }
    }

    private static byte[] hex(String text) {
        try {
            return HexFormat.of().parseHex(text);
        } catch (IllegalArgumentException e) {
            throw new UsageException("the pre-shared key is not hexadecimal: write it as IDENTITY:HEX or HEX");
        }
    }

    private void readRsaKey(RsaKeys keys, RsaKeyPlace place, Environment environment) throws IOException {
        Path file = place.file();
        boolean pkcs12 = CredentialFiles.binary(file);
        if (!pkcs12 && !Pem.isPrivateKeyEncrypted(file)) {
            keys.add(file, Pem.privateKey(file), place.server());
            return;
        }
        List<PrivateKey> all;
        try (Secret password = CredentialFiles.password(
                file,
                Optional.ofNullable(passwordFile),
                "--key-password-file FILE",
                "HIKYAKU_KEY_PASSWORD",
                environment)) {
            char[] chars = password.chars();
            try {
                all = pkcs12 ? Pkcs12.privateKeys(file, chars) : List.of(Pem.encryptedPrivateKey(file, chars));
            } finally {
                Arrays.fill(chars, '\0');
            }
        }
        List<PrivateKey> rsa =
                all.stream().filter(RSAPrivateKey.class::isInstance).toList();
        for (PrivateKey key : rsa.isEmpty() ? all : rsa) {
            keys.add(file, key, place.server()); // refuses a key of another kind with a sentence
        }
    }

    private static String reason(IOException e) {
        return e instanceof NoSuchFileException ? "there is no such file" : FileTrouble.why(e);
    }
}
