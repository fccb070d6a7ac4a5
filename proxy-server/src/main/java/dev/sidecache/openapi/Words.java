package dev.sidecache.openapi;

/** What names of segments commonly mean. A guess: each is written beside what follows from it. */
enum Words {
  /** Sign-in and credentials: never cached. */
  CREDENTIAL(
      "auth",
      "authenticate",
      "login",
      "logout",
      "signin",
      "signout",
      "signup",
      "register",
      "oauth",
      "oauth2",
      "sso",
      "saml",
      "oidc",
      "token",
      "tokens",
      "refresh",
      "password",
      "passwords",
      "otp",
      "mfa",
      "2fa",
      "totp",
      "verify",
      "verification",
      "session",
      "sessions",
      "csrf",
      "captcha",
      "nonce",
      "secret",
      "secrets",
      "credential",
      "credentials",
      "apikey",
      "apikeys",
      "keys"),

  /** Payment: never cached. */
  PAYMENT("payment", "payments", "checkout", "stripe", "paypal", "charge", "charges", "refund"),

  /** Calls by other services: never cached. */
  WEBHOOK("webhook", "webhooks", "callback", "callbacks", "hooks"),

  /** What changes all the time: never cached. */
  LIVE(
      "ws",
      "websocket",
      "websockets",
      "socket",
      "sockets",
      "sse",
      "stream",
      "streams",
      "streaming",
      "live",
      "realtime",
      "poll",
      "polling",
      "progress",
      "presence",
      "subscribe"),

  /** A GET that does something, or gives something new each time. */
  ACTING(
      "generate",
      "sync",
      "run",
      "trigger",
      "confirm",
      "activate",
      "unsubscribe",
      "track",
      "redirect",
      "random",
      "now",
      "export",
      "exports",
      "download",
      "downloads"),

  /** Whether the backend is well. */
  HEALTH("health", "healthz", "healthcheck", "ping", "ready", "readyz", "livez", "heartbeat"),

  /** Figures that are computed from other resources. */
  STATISTICS(
      "stats",
      "stat",
      "statistics",
      "summary",
      "dashboard",
      "analytics",
      "metrics",
      "report",
      "reports",
      "usage",
      "count",
      "counts",
      "overview",
      "kpi",
      "kpis",
      "insights",
      "totals"),

  /** What seldom changes and is the same for all. */
  REFERENCE(
      "pricing",
      "prices",
      "plans",
      "tiers",
      "countries",
      "currencies",
      "languages",
      "locales",
      "timezones",
      "categories",
      "enums",
      "lookups",
      "constants",
      "options",
      "faq",
      "faqs",
      "terms",
      "version",
      "features"),

  /** The caller's own. */
  OWN("me", "self", "my", "mine", "whoami", "profile", "myself"),

  /** What is likely to be each caller's own, though nothing says so. */
  PERSONAL(
      "account",
      "subscription",
      "usage",
      "settings",
      "preferences",
      "billing",
      "invoices",
      "cart",
      "orders",
      "notifications",
      "inbox",
      "messages",
      "favorites",
      "favourites",
      "history"),

  /** What a payment changes. */
  PAID_FOR(
      "subscription",
      "subscriptions",
      "billing",
      "invoice",
      "invoices",
      "plan",
      "usage",
      "credit",
      "credits",
      "order",
      "orders",
      "account",
      "accounts",
      "quota",
      "quotas",
      "entitlements"),

  /** Who may be behind the caller. */
  PEOPLE("user", "users", "account", "accounts", "member", "members"),

  /** New people. */
  JOINING("register", "signup", "invite", "invites"),

  /** A POST that only asks. */
  QUESTION("search", "query", "filter", "lookup", "find", "preview", "estimate", "calculate"),

  /** A POST that has a machine answer. */
  GENERATING(
      "ai",
      "ask",
      "chat",
      "completion",
      "completions",
      "predict",
      "prediction",
      "summarize",
      "summarise",
      "embed",
      "embeddings",
      "llm",
      "gpt");

  /** Between blanks, with one before and one after. */
  private final String words;

  Words(String... words) {
    this.words = " " + String.join(" ", words) + " ";
  }

  private boolean has(String word) {
    return words.contains(" " + word + " ");
  }

  /** Whether the name of a literal segment has one of these words. */
  boolean in(ApiPath.Segment segment) {
    return segment.words().stream().anyMatch(this::has);
  }

  /** Whether a literal segment is one of these words and no more. */
  boolean is(ApiPath.Segment segment) {
    return has(segment.slug().replace("-", ""));
  }
}
