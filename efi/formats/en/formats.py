"""The form in which Django itself shows days and moments, the same as `efi.staff.moments`."""

DATE_FORMAT, DATETIME_FORMAT = "j M Y", "j M Y H:i"
