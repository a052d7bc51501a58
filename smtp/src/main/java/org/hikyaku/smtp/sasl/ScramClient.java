package org.hikyaku.smtp.sasl;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.hikyaku.net.Limit;
import org.hikyaku.smtp.sasl.SaslException.Kind;
import org.hikyaku.tls.ChannelBinding;

/**
 * SCRAM (RFC 5802; with SHA-256 RFC 7677), with and without channel binding.
 *
 * <pre>
 * client-first  gs2-header n=user,r=nonce          gs2-header: p=TYPE,, with binding; y,, or n,, without
 * server-first  r=nonce+more,s=salt,i=iterations
 * client-final  c=base64(gs2-header binding),r=nonce+more,p=proof
 * server-final  v=signature
 * </pre>
 */
final class ScramClient implements SaslClient {
    /** Each costs two hashes; PBKDF2 with a million takes about a second. RFC 7677 asks servers for 4,096 or more. */
    static final Limit ITERATIONS = new Limit("SCRAM iterations", 1_000_000);

    private static final int NONCE_BYTES = 18;

    private enum State {
        START,
        FIRST_SAID,
        FINAL_SAID,
        SERVER_PROVED,
        FAILED
    }

    private final SaslMechanism mechanism;
    private final String hash;
    private final Credentials credentials;
    private final Optional<ChannelBinding> binding;
    private final String flag;
    private final String nonce;

    private State state = State.START;
    private String gs2Header = "";
    private String firstBare = "";
    private byte[] serverSignature = {};
    private Optional<String> error = Optional.empty();

    /**
     * @param binding what the mechanisms with {@code -PLUS} mix in
     * @param serverLacksBinding true when we could have bound and the server does not offer it (flag {@code y}): a
     *     server that does offer it learns that somebody took the offer away (RFC 5802 section 6)
     */
    ScramClient(
            SaslMechanism mechanism,
            Credentials credentials,
            Optional<ChannelBinding> binding,
            boolean serverLacksBinding,
            SecureRandom random) {
        this(mechanism, credentials, binding, serverLacksBinding, freshNonce(random));
    }

    /** With a nonce from outside, for the RFCs' examples. */
    ScramClient(
            SaslMechanism mechanism,
            Credentials credentials,
            Optional<ChannelBinding> binding,
            boolean serverLacksBinding,
            String nonce) {
        if (mechanism.binding() != binding.isPresent()) {
            throw new IllegalArgumentException(mechanism + " and a channel binding go together");
        }
        this.mechanism = mechanism;
        this.hash = switch (mechanism) {
            case SCRAM_SHA_256, SCRAM_SHA_256_PLUS -> "SHA256";
            case SCRAM_SHA_1, SCRAM_SHA_1_PLUS -> "SHA1";
            case CRAM_MD5, PLAIN, LOGIN, OAUTHBEARER, XOAUTH2, EXTERNAL ->
                throw new IllegalArgumentException(mechanism + " is not SCRAM");
        };
        this.credentials = credentials;
        this.binding = binding;
        this.flag = binding.map(b -> "p=" + b.type().title()).orElse(serverLacksBinding ? "y" : "n");
        this.nonce = nonce;
    }

    private static String freshNonce(SecureRandom random) {
        byte[] bytes = new byte[NONCE_BYTES];
        random.nextBytes(bytes);
        return Base64.getEncoder().encodeToString(bytes); // no comma in it
    }

    @Override
    public SaslMechanism mechanism() {
        return mechanism;
    }

    @Override
    public Optional<SaslMessage> first() throws SaslException {
        String authzid = credentials.authzid().isEmpty() ? "" : "a=" + escaped(SaslPrep.user(credentials.authzid()));
        gs2Header = flag + "," + authzid + ",";
        firstBare = "n=" + escaped(SaslPrep.user(credentials.user())) + ",r=" + nonce;
        state = State.FIRST_SAID;
        return Optional.of(new SaslMessage(
                (gs2Header + firstBare).getBytes(StandardCharsets.UTF_8), flag + ",[a=authzid],n=user,r=client nonce"));
    }

    @Override
    public SaslMessage answer(byte[] challenge) throws SaslException {
        return switch (state) {
            case FIRST_SAID -> clientFinal(challenge);
            case FINAL_SAID -> serverFinal(challenge);
            case START, SERVER_PROVED, FAILED ->
                throw new SaslException(Kind.MALFORMED, "the server goes on asking after SCRAM is over");
        };
    }

    private SaslMessage clientFinal(byte[] challenge) throws SaslException {
        state = State.FAILED;
        String serverFirst = new String(challenge, StandardCharsets.UTF_8);
        List<String> attributes = attributes(serverFirst);
        if (attributes.getFirst().startsWith("e=")) {
            throw refused(attributes.getFirst());
        }
        if (attributes.getFirst().startsWith("m=")) {
            throw malformed("asks for an extension of SCRAM that is not known here"); // RFC 5802 section 5.1
        }
        if (attributes.size() < 3) {
            throw malformed("sent a first message without nonce, salt and iterations");
        }
        String combined = value(attributes.get(0), 'r');
        byte[] salt = base64(value(attributes.get(1), 's'));
        int iterations = iterations(value(attributes.get(2), 'i'));
        if (!combined.startsWith(nonce) || combined.length() == nonce.length()) {
            throw malformed("sent a nonce that does not begin with ours and go on (RFC 5802 section 5.1)");
        }
        ByteArrayOutputStream bound = new ByteArrayOutputStream();
        bound.writeBytes(gs2Header.getBytes(StandardCharsets.UTF_8));
        binding.ifPresent(b -> bound.writeBytes(b.data()));
        String withoutProof = "c=" + Base64.getEncoder().encodeToString(bound.toByteArray()) + ",r=" + combined;
        byte[] authMessage = (firstBare + "," + serverFirst + "," + withoutProof).getBytes(StandardCharsets.UTF_8);

        byte[] salted = salted(salt, iterations);
        String hmac = "Hmac" + hash;
        byte[] clientKey = Hashes.hmac(hmac, salted, ascii("Client Key"));
        byte[] storedKey = Hashes.digest(hash.replace("SHA", "SHA-"), clientKey);
        byte[] clientSignature = Hashes.hmac(hmac, storedKey, authMessage);
        byte[] proof = new byte[clientKey.length];
        for (int i = 0; i < proof.length; i++) {
            proof[i] = (byte) (clientKey[i] ^ clientSignature[i]);
        }
        byte[] serverKey = Hashes.hmac(hmac, salted, ascii("Server Key"));
        serverSignature = Hashes.hmac(hmac, serverKey, authMessage);
        Arrays.fill(salted, (byte) 0);
        Arrays.fill(clientKey, (byte) 0);
        Arrays.fill(serverKey, (byte) 0);
        state = State.FINAL_SAID;
        return new SaslMessage(
                (withoutProof + ",p=" + Base64.getEncoder().encodeToString(proof)).getBytes(StandardCharsets.UTF_8),
                "c=base64(gs2 header"
                        + binding.map(b -> ", " + b.type().title()).orElse("")
                        + "),r=both nonces,p=proof of the password");
    }

    private SaslMessage serverFinal(byte[] challenge) throws SaslException {
        state = State.FAILED;
        String first = attributes(new String(challenge, StandardCharsets.UTF_8)).getFirst();
        if (first.startsWith("e=")) {
            throw refused(first);
        }
        byte[] signature = base64(value(first, 'v'));
        // isEqual takes the same time wherever the two differ.
        if (!MessageDigest.isEqual(signature, serverSignature)) {
            throw new SaslException(
                    Kind.SERVER_NOT_PROVED,
                    "the server's signature is wrong: it does not know this user's password, so it is not the server"
                            + " that it seems to be");
        }
        state = State.SERVER_PROVED;
        return new SaslMessage(new byte[0], "nothing: the server has proved itself");
    }

    @Override
    public void succeeded() throws SaslException {
        if (state != State.SERVER_PROVED) {
            throw new SaslException(
                    Kind.SERVER_NOT_PROVED,
                    "the server says yes without its signature: it has not proved that it knows this user");
        }
    }

    @Override
    public Optional<String> serverError() {
        return error;
    }

    private byte[] salted(byte[] salt, int iterations) throws SaslException {
        char[] prepared = SaslPrep.password(credentials.secret().chars());
        byte[] password = Secret.utf8(prepared);
        byte[] result = Hashes.salted("Hmac" + hash, password, salt, iterations);
        Arrays.fill(prepared, '\0');
        Arrays.fill(password, (byte) 0);
        return result;
    }

    private SaslException refused(String attribute) {
        error = Optional.of(Shown.text(attribute.substring(2).getBytes(StandardCharsets.UTF_8)));
        return malformed("ended SCRAM with the error " + error.get());
    }

    private static int iterations(String digits) throws SaslException {
        boolean number =
                !digits.isEmpty() && digits.length() <= 9 && digits.chars().allMatch(c -> c >= '0' && c <= '9');
        int iterations = number ? Integer.parseInt(digits) : 0;
        if (iterations < 1) {
            throw malformed("sent no number of iterations");
        }
        if (iterations > ITERATIONS.value()) {
            throw malformed("asks for " + iterations + " rounds of hashing, more than the limit of "
                    + ITERATIONS.value() + " " + ITERATIONS.name());
        }
        return iterations;
    }

    private static List<String> attributes(String message) {
        List<String> attributes = new ArrayList<>();
        int start = 0;
        for (int comma = message.indexOf(','); comma >= 0; comma = message.indexOf(',', start)) {
            attributes.add(message.substring(start, comma));
            start = comma + 1;
        }
        attributes.add(message.substring(start));
        return attributes;
    }

    private static String value(String attribute, char name) throws SaslException {
        if (attribute.length() < 2 || attribute.charAt(0) != name || attribute.charAt(1) != '=') {
            throw malformed("sent a SCRAM message whose parts are not where they belong: " + name + "= is missing");
        }
        return attribute.substring(2);
    }

    private static byte[] base64(String text) throws SaslException {
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw malformed("sent Base64 that is none inside SCRAM");
        }
    }

    /** RFC 5802 section 5.1: {@code =} and {@code ,} in names. */
    static String escaped(String name) {
        return name.replace("=", "=3D").replace(",", "=2C");
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static SaslException malformed(String what) {
        return new SaslException(Kind.MALFORMED, "the server " + what);
    }
}
