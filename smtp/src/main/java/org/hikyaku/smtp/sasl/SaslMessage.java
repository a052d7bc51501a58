package org.hikyaku.smtp.sasl;

/**
 * What the client says in one step.
 */
public final class SaslMessage {
    private final byte[] bytes;
    private final String built;

    SaslMessage(byte[] bytes, String built) {
        this.bytes = bytes.clone();
        this.built = built;
    }

    /** The bytes, before the Base64 of the protocol above. Secret in most mechanisms. */
    public byte[] bytes() {
        return bytes.clone();
    }

    /** How it is made up, without any secret: {@code authzid NUL authcid NUL password}. */
    public String built() {
        return built;
    }

    /** Names the parts only. */
    @Override
    public String toString() {
        return built;
    }
}
