"""Marketing: offers (what a coupon gives and says)."""
