#define TEN(x)      x, x, x, x, x, x, x, x, x, x
#define THOUSAND(x) TEN(TEN(TEN(x)))

static const int bomb[] = {THOUSAND(THOUSAND(THOUSAND(1)))};
