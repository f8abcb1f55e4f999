"""Staff (工作人员): accounts, what each role may do, sessions."""
