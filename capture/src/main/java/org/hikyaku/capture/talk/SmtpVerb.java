package org.hikyaku.capture.talk;

/** Commands of SMTP (RFC 5321 section 4.1.1, BDAT of RFC 3030, AUTH of RFC 4954, STARTTLS of RFC 3207) that mean something to who listens. */
enum SmtpVerb {
    EHLO,
    HELO,
    LHLO,
    MAIL,
    RCPT,
    DATA,
    BDAT,
    /** The last BDAT of a mail. */
    BDAT_LAST,
    /** The end of a mail. */
    DOT,
    RSET,
    AUTH,
    STARTTLS,
    OTHER;

    private static final int UPPER = 0xdfdfdfdf;

    /** By the first word of a line, in whichever case. */
    static SmtpVerb of(byte[] line, int length) {
        if (length > 0 && line[0] == '.' && ends(line, length, 1)) {
            return DOT;
        }
        if (length < 4) {
            return OTHER;
        }
        boolean four = ends(line, length, 4);
        return switch (letters(line, 0) & UPPER) {
            case 0x45484c4f -> four ? EHLO : OTHER;
            case 0x48454c4f -> four ? HELO : OTHER;
            case 0x4c484c4f -> four ? LHLO : OTHER;
            case 0x4d41494c -> four ? MAIL : OTHER;
            case 0x52435054 -> four ? RCPT : OTHER;
            case 0x44415441 -> four ? DATA : OTHER;
            case 0x42444154 -> four ? BDAT : OTHER;
            case 0x52534554 -> four ? RSET : OTHER;
            case 0x41555448 -> four ? AUTH : OTHER;
            case 0x53544152 ->
                length >= 8 && (letters(line, 4) & UPPER) == 0x54544c53 && ends(line, length, 8) ? STARTTLS : OTHER;
            default -> OTHER; // changes nothing here
        };
    }

    /** Whether what stands behind it says something to us. */
    boolean means() {
        return switch (this) {
            case MAIL, RCPT, BDAT, BDAT_LAST, AUTH -> true;
            case EHLO, HELO, LHLO, DATA, DOT, RSET, STARTTLS, OTHER -> false;
        };
    }

    private static int letters(byte[] d, int at) {
        return d[at] << 24 | (d[at + 1] & 0xff) << 16 | (d[at + 2] & 0xff) << 8 | d[at + 3] & 0xff;
    }

    private static boolean ends(byte[] line, int length, int at) {
        return length == at || line[at] == ' ';
    }
}
