package org.hikyaku.tls.probe;

/** What speaks behind a port, and how TLS begins there. */
public enum Service {
    /** TLS from the first byte, nothing known of what is inside. */
    TLS(Talk.NONE, false),
    HTTPS(Talk.HTTP, false),
    /** RFC 3207: ports 25 and 587. */
    SMTP_STARTTLS(Talk.SMTP, true),
    /** RFC 8314: port 465. */
    SMTPS(Talk.SMTP, false),
    /** RFC 9051 section 6.2.1: port 143. */
    IMAP_STARTTLS(Talk.IMAP, true),
    /** Port 993. */
    IMAPS(Talk.IMAP, false),
    /** RFC 2595: port 110. */
    POP3_STARTTLS(Talk.POP3, true),
    /** Port 995. */
    POP3S(Talk.POP3, false);

    /** The protocol inside. */
    public enum Talk {
        NONE,
        HTTP,
        SMTP,
        IMAP,
        POP3
    }

    private final Talk talk;
    private final boolean startTls;

    Service(Talk talk, boolean startTls) {
        this.talk = talk;
        this.startTls = startTls;
    }

    public Talk talk() {
        return talk;
    }

    public boolean startTls() {
        return startTls;
    }

    /** What a port is for by its registration; {@link #TLS} for all others. */
    public static Service forPort(int port) {
        return switch (port) {
            case 25, 587 -> SMTP_STARTTLS;
            case 465 -> SMTPS;
            case 143 -> IMAP_STARTTLS;
            case 993 -> IMAPS;
            case 110 -> POP3_STARTTLS;
            case 995 -> POP3S;
            case 443 -> HTTPS;
            default -> TLS;
        };
    }
}
