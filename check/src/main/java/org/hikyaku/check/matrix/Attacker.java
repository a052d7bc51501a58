package org.hikyaku.check.matrix;

/** A kind of attacker, by what it can do. All but the first also keep a policy away that a sender does not hold yet. */
public enum Attacker {
    /** Records what passes and changes nothing. */
    LISTENER("listener", "listener", Harm.READ, "somebody only listens on the way"),
    /** Takes STARTTLS out of the server's reply, or answers it with a refusal. */
    STARTTLS_STRIPPED(
            "starttls-stripped",
            "STARTTLS stripped",
            Harm.CHANGED,
            "somebody on the way takes STARTTLS out of the server's reply"),
    /** Breaks handshakes until the sender tries an older version or clear text. */
    HANDSHAKE_BROKEN(
            "handshake-broken",
            "handshake broken",
            Harm.CHANGED,
            "somebody on the way breaks handshakes until the sender tries an older version or clear text"),
    /** Gives the sender's resolver other answers than the true ones. */
    DNS_FORGED(
            "dns-forged", "DNS forged", Harm.DIVERTED, "somebody forges the answers that the sender's resolver gets"),
    /** Answers in the server's place with a certificate that a publicly trusted authority should not have issued. */
    ROGUE_CA(
            "rogue-ca",
            "rogue CA",
            Harm.DIVERTED,
            "somebody answers in the server's place with a certificate for its name that a publicly trusted authority"
                    + " should not have issued"),
    /** Answers in the server's place with a certificate of its own making, or without TLS. */
    FAKE_SERVER(
            "fake-server",
            "fake server",
            Harm.DIVERTED,
            "somebody answers in the server's place, without TLS or with a certificate of his own making");

    private final String id;
    private final String title;
    private final Harm harm;
    private final String act;

    Attacker(String id, String title, Harm harm, String act) {
        this.id = id;
        this.title = title;
        this.harm = harm;
        this.act = act;
    }

    /** Stable, for programs. */
    public String id() {
        return id;
    }

    /** A word or two, as the heading of a column. */
    public String title() {
        return title;
    }

    /** What it does, a clause without a full stop. */
    public String act() {
        return act;
    }

    /** What it gains where a cell is exposed. */
    public Harm harm() {
        return harm;
    }

    /** What becomes of exposed mail. */
    public enum Harm {
        READ("read"),
        /** Read, and changed where that pleases. */
        CHANGED("read and changed"),
        /** It ends at the attacker's, who may pass it on or not. */
        DIVERTED("diverted to the attacker");

        private final String words;

        Harm(String words) {
            this.words = words;
        }

        /** What happens to the mail, a participle. */
        public String words() {
            return words;
        }
    }
}
