// SPDX-License-Identifier: GPL-2.0
/*
 * A firmware that translates addresses into parts of the memory (ADXL): two controllers with two
 * channels with two DIMMs, by bits of the address. It fails for addresses from 0x70000000 on, and
 * takes 1.5 s for those from 0x78000000 on.
 *
 * The functions are those that the kernel's acpi_adxl calls: 1 has the names of the parts, 2 the
 * values for an address.
 */
DefinitionBlock ("", "SSDT", 2, "MCETST", "ADXL", 1)
{
    Scope (\_SB)
    {
        Device (ADXL)
        {
            Name (_HID, "MCET0001")
            Name (NAMS, Package ()
            {
                "ProcessorSocketId", "MemoryControllerId", "ChannelId", "DimmSlotId",
                "PhysicalRankId", "Row", "Column"
            })
            Name (VALS, Package (7) { 0, 0, 0, 0, 1, 0, 0 })
            Method (_DSM, 4, Serialized)
            {
                If (Arg0 != ToUUID ("aa3c050a-7ea4-4c1f-afda-1267dfd3d48d"))
                {
                    Return (Buffer () { 0 })
                }
                If (ToInteger (Arg2) == 0)
                {
                    Return (Buffer () { 7 })
                }
                If (ToInteger (Arg2) == 1)
                {
                    Return (Package () { 0, NAMS })
                }
                Local0 = DerefOf (Arg3 [0])
                If (Local0 >= 0x78000000)
                {
                    Sleep (1500)
                }
                ElseIf (Local0 >= 0x70000000)
                {
                    Return (Package () { 1, Package () {} })
                }
                VALS [1] = (Local0 >> 14) & 1
                VALS [2] = (Local0 >> 12) & 1
                VALS [3] = (Local0 >> 13) & 1
                VALS [5] = Local0 >> 16
                VALS [6] = (Local0 >> 3) & 0x1ff
                Return (Package () { 0, VALS })
            }
        }
    }
}
