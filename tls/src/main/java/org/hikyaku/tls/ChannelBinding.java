package org.hikyaku.tls;

/**
 * Something that both ends of a TLS session know and nobody between two sessions can make equal (RFC 5056): mixed into
 * a login, it ties the login to the session.
 */
public final class ChannelBinding {

    /** The kinds. */
    public enum Type {
        /** Exported keying material (RFC 9266): TLS 1.3, and older versions with an extended master secret. */
        TLS_EXPORTER("tls-exporter"),
        /** The first Finished message (RFC 5929 section 3): up to TLS 1.2. */
        TLS_UNIQUE("tls-unique"),
        /** The hash of the server's certificate (RFC 5929 section 4). */
        TLS_SERVER_END_POINT("tls-server-end-point");

        private final String title;

        Type(String title) {
            this.title = title;
        }

        /** The name registered with IANA. */
        public String title() {
            return title;
        }
    }

    private final Type type;
    private final byte[] data;

    public ChannelBinding(Type type, byte[] data) {
        this.type = type;
        this.data = data.clone();
    }

    public Type type() {
        return type;
    }

    public byte[] data() {
        return data.clone();
    }

    @Override
    public String toString() {
        return type.title();
    }
}
