package org.hikyaku.smtp;

/** Is told who said what, as it happens. Secrets are masked before they come here. */
@FunctionalInterface
public interface Transcript {

    enum Speaker {
        CLIENT,
        SERVER,
        /** Not said on the wire: a connection made, a handshake finished. */
        NARRATOR
    }

    /**
     * @param line without its end; control characters spelled out
     */
    void said(Speaker speaker, String line);

    /** Keeps nothing. */
    static Transcript none() {
        return (speaker, line) -> {};
    }
}
