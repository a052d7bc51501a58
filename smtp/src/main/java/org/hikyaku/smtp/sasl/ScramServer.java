package org.hikyaku.smtp.sasl;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.hikyaku.tls.ChannelBinding;

/** SCRAM-SHA-256 (RFC 5802, RFC 7677), the server's side; the messages are shown at {@link ScramClient}. */
final class ScramServer implements SaslServer {
    private enum State {
        START,
        FIRST_SAID,
        FINAL_SAID,
        OVER
    }

    /** A message that is not what belongs there, or a proof that fails. */
    private static final class Fault extends Exception {
        private static final long serialVersionUID = 1L;
        private final transient Refused refused;

        Fault(Kind kind, String sentence) {
            super(sentence, null, false, false);
            refused = new Refused(kind, sentence);
        }
    }

    private final SaslServers servers;
    private final SaslMechanism mechanism;
    private final List<ChannelBinding> bindings;
    private final boolean bindingOffered;
    private final String nonce;

    private State state = State.START;
    private String gs2Header = "";
    private String authzid = "";
    private byte[] bindingData = {};
    private String firstBare = "";
    private String serverFirst = "";
    private String combined = "";
    private Optional<SaslServers.Candidate> candidate = Optional.empty();

    ScramServer(
            SaslServers servers,
            SaslMechanism mechanism,
            List<ChannelBinding> bindings,
            boolean bindingOffered,
            String nonce) {
        this.servers = servers;
        this.mechanism = mechanism;
        this.bindings = bindings;
        this.bindingOffered = bindingOffered;
        this.nonce = nonce;
    }

    @Override
    public SaslMechanism mechanism() {
        return mechanism;
    }

    @Override
    public Step begin(Optional<byte[]> initial) {
        return initial.isPresent() ? answer(initial.get()) : new Challenge(new byte[0]);
    }

    @Override
    public Step answer(byte[] response) {
        State now = state;
        state = State.OVER;
        try {
            String text = new String(response, StandardCharsets.UTF_8);
            return switch (now) {
                case START -> first(text);
                case FIRST_SAID -> last(text);
                case FINAL_SAID ->
                    response.length == 0
                            ? SaslServers.accepted(
                                    authzid, candidate.orElseThrow().user().orElseThrow())
                            : SaslServers.malformed("the client goes on after SCRAM is over");
                case OVER -> SaslServers.malformed("the client goes on after SCRAM is over");
            };
        } catch (Fault e) {
            return e.refused;
        }
    }

    private Step first(String message) throws Fault {
        int flagEnd = message.indexOf(',');
        int headerEnd = flagEnd < 0 ? -1 : message.indexOf(',', flagEnd + 1);
        if (headerEnd < 0) {
            throw malformed("the first message has no header");
        }
        flag(message.substring(0, flagEnd));
        String as = message.substring(flagEnd + 1, headerEnd);
        if (!as.isEmpty()) {
            authzid = unescaped(value(as, 'a'));
        }
        gs2Header = message.substring(0, headerEnd + 1);
        firstBare = message.substring(headerEnd + 1);
        String[] attributes = firstBare.split(",", -1);
        if (attributes[0].startsWith("m=")) {
            throw malformed("an extension of SCRAM is asked for that is not known here"); // RFC 5802 section 5.1
        }
        if (attributes.length < 2) {
            throw malformed("the first message has a user name and a nonce");
        }
        String user = unescaped(value(attributes[0], 'n'));
        String clientNonce = value(attributes[1], 'r');
        if (clientNonce.isEmpty() || !clientNonce.chars().allMatch(c -> c > ' ' && c < 0x7F)) {
            throw malformed("the nonce is not printable"); // RFC 5802 section 7
        }
        SaslServers.Candidate who = servers.candidate(user);
        candidate = Optional.of(who);
        combined = clientNonce + nonce;
        serverFirst = "r=" + combined + ",s=" + base64(who.keys().salt()) + ",i="
                + who.keys().iterations();
        state = State.FIRST_SAID;
        return new Challenge(serverFirst.getBytes(StandardCharsets.UTF_8));
    }

    /** The channel binding flag (RFC 5802 section 6). */
    private void flag(String flag) throws Fault {
        if (mechanism.binding()) {
            if (!flag.startsWith("p=")) {
                throw new Fault(Kind.BINDING, mechanism + " without a channel binding");
            }
            String type = flag.substring(2);
            bindingData = bindings.stream()
                    .filter(b -> b.type().title().equals(type))
                    .findFirst()
                    .orElseThrow(() -> new Fault(
                            Kind.BINDING,
                            "the channel binding " + Shown.text(type.getBytes(StandardCharsets.UTF_8))
                                    + " is not had by this session"))
                    .data();
        } else if (flag.equals("y")) {
            if (bindingOffered) {
                throw new Fault(
                        Kind.BINDING,
                        "the client could bind the login to the TLS session and believes that we cannot: somebody in"
                                + " between has taken SCRAM-SHA-256-PLUS out of our offer (RFC 5802 section 6)");
            }
        } else if (!flag.equals("n")) {
            throw malformed("the channel binding flag is not one that goes with " + mechanism);
        }
    }

    private Step last(String message) throws Fault {
        int proofAt = message.lastIndexOf(",p=");
        String[] attributes = message.split(",", -1);
        if (proofAt < 0 || attributes.length < 3) {
            throw malformed("the last message has a binding, a nonce and a proof");
        }
        ByteArrayOutputStream bound = new ByteArrayOutputStream();
        bound.writeBytes(gs2Header.getBytes(StandardCharsets.UTF_8));
        bound.writeBytes(bindingData);
        if (!MessageDigest.isEqual(decoded(value(attributes[0], 'c')), bound.toByteArray())) {
            // The client has seen another TLS session than we have, or another first message.
            throw new Fault(
                    Kind.BINDING,
                    "the client's channel binding is not ours: somebody in between passes the login on"
                            + " (RFC 5802 section 6)");
        }
        if (!value(attributes[1], 'r').equals(combined)) {
            throw malformed("the nonce is not the one agreed");
        }
        byte[] proof = decoded(message.substring(proofAt + 3));
        SaslServers.Candidate who = candidate.orElseThrow();
        byte[] authMessage =
                (firstBare + "," + serverFirst + "," + message.substring(0, proofAt)).getBytes(StandardCharsets.UTF_8);
        byte[] clientSignature = Hashes.hmac(ScramKeys.HMAC, who.keys().storedKey(), authMessage);
        if (proof.length != clientSignature.length) {
            throw malformed("the proof has not the length of its hash");
        }
        byte[] clientKey = new byte[proof.length];
        for (int i = 0; i < proof.length; i++) {
            clientKey[i] = (byte) (proof[i] ^ clientSignature[i]);
        }
        boolean proved = MessageDigest.isEqual(
                Hashes.digest(ScramKeys.DIGEST, clientKey), who.keys().storedKey());
        if (!proved || who.user().isEmpty()) {
            throw new Fault(
                    Kind.CREDENTIALS,
                    who.user().isPresent() ? "wrong password for " + who.user().get() : "no such user");
        }
        byte[] serverSignature = Hashes.hmac(ScramKeys.HMAC, who.keys().serverKey(), authMessage);
        state = State.FINAL_SAID;
        return new Challenge(("v=" + base64(serverSignature)).getBytes(StandardCharsets.US_ASCII));
    }

    private static String value(String attribute, char name) throws Fault {
        if (attribute.length() < 2 || attribute.charAt(0) != name || attribute.charAt(1) != '=') {
            throw malformed("the parts of the message are not where they belong: " + name + "= is missing");
        }
        return attribute.substring(2);
    }

    /** RFC 5802 section 5.1: {@code =2C} and {@code =3D}, and no other {@code =}. */
    private static String unescaped(String name) throws Fault {
        String plain = name.replace("=2C", ",").replace("=3D", "\0");
        if (plain.indexOf('=') >= 0 || name.indexOf('\0') >= 0) {
            throw malformed("the name is not escaped as it must be");
        }
        return plain.replace('\0', '=');
    }

    private static byte[] decoded(String text) throws Fault {
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw malformed("there is Base64 inside that is none");
        }
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static Fault malformed(String what) {
        return new Fault(Kind.MALFORMED, what);
    }
}
