"""Documents: barcodes (modules on paper) · paper (fonts, fitting text) · coupon_sheet · member_card · workbook (styles) · monthly_report."""
