package org.hikyaku.smtp.server;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import org.hikyaku.smtp.Envelope;
import org.hikyaku.smtp.Mailbox;

/** Understands command lines (RFC 5321 section 4.1.1 and the extensions'). Throws nothing but {@link CommandException}. */
final class CommandParser {
    /** Chunks are announced with at most this many digits; 10^18 bytes are more than anybody has. */
    private static final int SIZE_DIGITS = 18;

    private static final int LONGEST_NAME = 255;

    /** Postmaster without a domain is somebody everywhere (RFC 5321 section 4.5.1). */
    private static final String POSTMASTER = "postmaster";

    private final String postmasterDomain;

    /** @param postmasterDomain whose Postmaster is meant when no domain is said */
    CommandParser(String postmasterDomain) {
        this.postmasterDomain = postmasterDomain;
    }

    /** The text of a line; addresses beyond ASCII are UTF-8 (RFC 6531). */
    static String text(byte[] line) throws CommandException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(line))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new CommandException(500, "5.5.2 the line has bytes that are no UTF-8");
        }
    }

    /**
     * Understands a line.
     *
     * @param extended whether the client said EHLO: parameters belong to extensions
     * @param secured whether the session is inside TLS
     */
    Command parse(String line, boolean extended, boolean secured) throws CommandException {
        int space = line.indexOf(' ');
        String verb = (space < 0 ? line : line.substring(0, space)).toUpperCase(Locale.ROOT);
        String rest = space < 0 ? "" : line.substring(space + 1);
        return switch (verb) {
            case "EHLO" -> new Command.Ehlo(name(rest, "EHLO"));
            case "HELO" -> new Command.Helo(name(rest, "HELO"));
            case "MAIL" -> mail(rest, extended, secured);
            case "RCPT" -> rcpt(rest, extended);
            case "DATA" -> alone(new Command.Data(), rest, "DATA");
            case "BDAT" -> bdat(rest);
            case "RSET" -> alone(new Command.Rset(), rest, "RSET");
            case "NOOP" -> new Command.Noop();
            case "QUIT" -> alone(new Command.Quit(), rest, "QUIT");
            case "STARTTLS" -> alone(new Command.StartTls(), rest, "STARTTLS");
            case "AUTH" -> auth(rest);
            case "VRFY" -> new Command.Vrfy();
            case "EXPN" -> new Command.Expn();
            case "HELP" -> new Command.Help();
            default -> throw new CommandException(500, "5.5.2 this command is not known here");
        };
    }

    private static Command alone(Command command, String rest, String verb) throws CommandException {
        if (!rest.isBlank()) {
            throw new CommandException(501, "5.5.4 " + verb + " stands alone");
        }
        return command;
    }

    private static String name(String rest, String verb) throws CommandException {
        String name = rest.strip();
        if (name.isEmpty()) {
            throw new CommandException(501, "5.5.4 say who you are: " + verb + " and your host's name");
        }
        if (name.length() > LONGEST_NAME || !name.chars().allMatch(c -> c > ' ' && c != 0x7F)) {
            throw new CommandException(501, "5.5.4 what follows " + verb + " is no host name");
        }
        return name;
    }

    private static Command auth(String rest) throws CommandException {
        String[] words = rest.strip().split(" ", -1);
        if (words[0].isEmpty() || words.length > 2) {
            throw new CommandException(501, "5.5.4 AUTH takes a mechanism and perhaps its first message");
        }
        return new Command.Auth(words[0], words.length == 2 ? Optional.of(words[1]) : Optional.empty());
    }

    private static Command bdat(String rest) throws CommandException {
        String[] words = rest.strip().split(" ", -1);
        boolean last = words.length == 2 && words[1].equalsIgnoreCase("LAST");
        if (!isNumber(words[0]) || words.length > 2 || words.length == 2 && !last) {
            // Where the next command begins is unknown now; the session ends (see SmtpServerSession).
            throw new CommandException(501, "5.5.4 BDAT takes the chunk's size, and LAST behind the last one");
        }
        return new Command.Bdat(Long.parseLong(words[0]), last);
    }

    static boolean isNumber(String digits) {
        if (digits.isEmpty() || digits.length() > SIZE_DIGITS) {
            return false;
        }
        for (int i = 0; i < digits.length(); i++) {
            if (digits.charAt(i) < '0' || digits.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }

    private Command mail(String rest, boolean extended, boolean secured) throws CommandException {
        int start = behind(rest, "FROM:");
        Command.Path path = path(rest, start, "MAIL FROM:<address>");
        MailParameters parameters = new MailParameters(extended, secured);
        parameters.read(rest.substring(path.end()));
        Sender sender = parameters.sender(path.mailbox());
        if (!sender.smtpUtf8() && !sender.address().map(Mailbox::ascii).orElse(true)) {
            throw needsUtf8();
        }
        return new Command.Mail(sender);
    }

    private Command rcpt(String rest, boolean extended) throws CommandException {
        int start = behind(rest, "TO:");
        Command.Path path = path(rest, start, "RCPT TO:<address>");
        Mailbox address =
                path.mailbox().orElseThrow(() -> new CommandException(501, "5.1.3 a recipient has an address"));
        RecipientParameters parameters = new RecipientParameters(extended);
        parameters.read(rest.substring(path.end()));
        return new Command.Rcpt(new Envelope.Recipient(address, parameters.when(), parameters.original()));
    }

    /** RFC 6531 section 3.5: an address beyond ASCII needs SMTPUTF8 with MAIL. */
    static CommandException needsUtf8() {
        return new CommandException(553, "5.6.7 an address with letters beyond ASCII needs SMTPUTF8 with MAIL");
    }

    /** RFC 5321 has no space behind the colon; many clients put one there, and it means nothing else. */
    private static int behind(String rest, String word) throws CommandException {
        int start = 0;
        while (start < rest.length() && rest.charAt(start) == ' ') {
            start++;
        }
        if (!rest.regionMatches(true, start, word, 0, word.length())) {
            throw new CommandException(
                    501, "5.5.4 " + (word.equals("TO:") ? "RCPT" : "MAIL") + " goes with " + word + "<address>");
        }
        start += word.length();
        while (start < rest.length() && rest.charAt(start) == ' ') {
            start++;
        }
        return start;
    }

    /** An address in angle brackets; a quoted local part may have anything in it, brackets and spaces too. */
    private Command.Path path(String text, int start, String form) throws CommandException {
        if (start >= text.length() || text.charAt(start) != '<') {
            throw new CommandException(501, "5.1.7 the address stands in angle brackets: " + form);
        }
        int end = closing(text, start + 1, form);
        if (end + 1 < text.length() && text.charAt(end + 1) != ' ') {
            throw new CommandException(501, "5.5.4 a space stands behind the address");
        }
        String inside = text.substring(start + 1, end);
        if (inside.isEmpty()) {
            return new Command.Path(Optional.empty(), end + 1);
        }
        if (inside.startsWith("@")) {
            // RFC 5321 section 4.1.1.3 and appendix C: source routes are read and forgotten.
            int colon = inside.indexOf(':');
            if (colon < 0) {
                throw new CommandException(501, "5.1.3 a source route ends with a colon");
            }
            inside = inside.substring(colon + 1);
        }
        if (inside.equalsIgnoreCase(POSTMASTER)) {
            inside = inside + "@" + postmasterDomain;
        }
        try {
            return new Command.Path(Optional.of(Mailbox.parse(inside)), end + 1);
        } catch (IllegalArgumentException e) {
            throw new CommandException(
                    501, (form.startsWith("MAIL") ? "5.1.7 " : "5.1.3 ") + String.valueOf(e.getMessage()));
        }
    }

    private static int closing(String text, int start, String form) throws CommandException {
        boolean quoted = false;
        for (int i = start; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quoted && c == '\\') {
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (c == '>' && !quoted) {
                return i;
            }
        }
        throw new CommandException(501, "5.1.7 the address has no end: " + form);
    }
}
